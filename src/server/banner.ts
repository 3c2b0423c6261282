/** A line above the content of every page, for a server whose data are a demonstration. */
import type { FastifyInstance } from 'fastify';
import { html, htmlText } from './html.ts';

const CONTENT = '<main id="main"';

/** Puts the line into every HTML answer of the application; to be called before its routes are added. */
export function showOnEveryPage(app: FastifyInstance, text: string): void {
  app.addHook('onSend', (_request, reply, payload, done) => {
    const type = reply.getHeader('content-type');
    const isPage = typeof type === 'string' && type.startsWith('text/html');
    done(null, isPage && typeof payload === 'string' ? withBanner(payload, text) : payload);
  });
}

/** The document with the line in a landmark of its own before the main content. */
export function withBanner(document: string, text: string): string {
  const line = htmlText(
    html`<aside class="banner" aria-label="Notice">
      <p class="wide"><strong>${text}</strong></p>
    </aside>`,
  );
  return document.replace(CONTENT, () => `${line}${CONTENT}`);
}
