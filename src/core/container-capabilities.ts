/** What a plain service needs as root in its container, and nothing that reaches beyond it: no NET_RAW, no NET_ADMIN. */
export const CONTAINER_CAPABILITIES: readonly string[] = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'NET_BIND_SERVICE',
  'SETGID',
  'SETUID',
];
