import { config } from 'zod';

// Before any schema is made: zod would otherwise compile parsers with `new Function`, which the pages'
// content security policy forbids.
config({ jitless: true });
