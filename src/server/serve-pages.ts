/** Binds pages to fastify. They pass the same guard as API routes; what they answer is a document or a redirection. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type * as z from 'zod';
import { HoldfastError } from '../kernel/errors.ts';
import { addEndpoint } from '../kernel/http/endpoint.ts';
import type { EndpointOptions, RequestContext } from '../kernel/http/endpoint.ts';
import type { Permission } from '../kernel/http/permissions.ts';
import { PAGE_POLICY } from '../kernel/http/protect.ts';
import { htmlText } from './html.ts';
import type { Html } from './html.ts';

export interface PageRoute<Input extends z.ZodObject = z.ZodObject> {
  /** GET reads the query; POST reads a form of our own pages. */
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly permission: Permission;
  readonly input: Input;
}
export type PageTable = Readonly<Record<string, PageRoute>>;

export type PageAnswer =
  | { readonly page: Html; readonly cookie?: string }
  /** A file to keep, under this name. */
  | { readonly file: string; readonly type: string; readonly name: string }
  /** The address within this server to go to (303 See Other). */
  | { readonly goTo: string; readonly cookie?: string };

/** Handlers also get the cookie header: signing out needs the session's secret. */
export type PageHandlers<Table extends PageTable> = {
  readonly [Name in keyof Table]: (
    input: z.output<Table[Name]['input']>,
    context: RequestContext & { readonly cookies: string | undefined },
  ) => Promise<PageAnswer>;
};

const FORM_LIMIT = 16_384;

type AnyHandler = (
  input: unknown,
  context: RequestContext & { cookies: string | undefined },
) => Promise<PageAnswer>;

/** Serves every page of `table`, in a part of the application that reads forms and no JSON. */
export function servePages<Table extends PageTable>(
  app: FastifyInstance,
  table: Table,
  handlers: PageHandlers<Table>,
  options: EndpointOptions,
): void {
  app.register((pages, _, done) => {
    pages.removeAllContentTypeParsers();
    pages.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: FORM_LIMIT },
      (_request, body, parsed) => {
        try {
          parsed(null, formFields(String(body)));
        } catch (error) {
          parsed(error as Error);
        }
      },
    );
    for (const [name, route] of Object.entries<PageRoute>(table)) {
      const handler = handlers[name] as AnyHandler;
      addEndpoint(
        pages,
        {
          name,
          ...route,
          bodyLimit: FORM_LIMIT,
          answer: async (input, context, reply) => {
            const { cookie: cookies } = reply.request.headers;
            send(reply, await handler(input, { ...context, cookies }));
          },
        },
        options,
      );
    }
    done();
  });
}

function formFields(body: string): Record<string, string> {
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(body)) {
    if (fields.has(name)) throw new HoldfastError('bad_input', 'The form names a field twice.');
    fields.set(name, value);
  }
  return Object.fromEntries(fields);
}

function send(reply: FastifyReply, answer: PageAnswer): void {
  if ('file' in answer) {
    reply
      .header('content-disposition', `attachment; filename="${answer.name}"`)
      .type(answer.type)
      .send(answer.file);
    return;
  }
  if (answer.cookie !== undefined) reply.header('set-cookie', answer.cookie);
  if ('goTo' in answer) reply.code(303).header('location', answer.goTo).send('');
  else sendPage(reply, answer.page);
}

export function sendPage(reply: FastifyReply, page: Html): void {
  reply
    .header('content-security-policy', PAGE_POLICY)
    .type('text/html; charset=utf-8')
    .send(htmlText(page));
}
