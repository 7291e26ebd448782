import express, { type Express } from 'express';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Serves the built pages: files as they are, `index.html` for every other address that isn't the API's. */
export function mountPages(app: Express, folder: string): void {
  const index = join(folder, 'index.html');
  app.use(
    express.static(folder, {
      index: false,
      setHeaders(response, path) {
        // Built files carry a hash of their contents in their names.
        const lasting = path.includes(`${folder}/assets/`);
        response.setHeader('Cache-Control', lasting ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    }),
  );
  app.get('/{*path}', (request, response, next) => {
    if (!request.accepts('html') || !existsSync(index)) {
      next();
      return;
    }
    response.set('Cache-Control', 'no-cache').sendFile(index);
  });
}
