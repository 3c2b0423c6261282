/** Handlers of the server's own routes. */
import { HoldfastError } from '../kernel/errors.ts';
import type { Handlers } from '../kernel/http/serve.ts';
import type { Database } from '../kernel/sql/database.ts';
import type { serverRoutes } from './routes.ts';
import { ping } from './store.ts';

/** A database that takes longer than this to say one word cannot serve requests. */
const READY_MS = 2000;

export function serverHandlers({
  database,
}: {
  database: Database;
}): Handlers<typeof serverRoutes> {
  return {
    healthz: () => Promise.resolve({ status: 'ok' }),
    readyz: async () => {
      await withinTime(database.transaction('everything', ping));
      return { status: 'ready' };
    },
    readSession: (_, { caller }) =>
      Promise.resolve({ name: caller.name, permissions: [...caller.permissions] }),
  };
}

async function withinTime(work: Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const late = setTimeout(() => reject(unavailable()), READY_MS);
  try {
    await Promise.race([work, promise]);
  } catch (error) {
    throw error instanceof HoldfastError ? error : unavailable(error);
  } finally {
    clearTimeout(late);
  }
}

function unavailable(cause?: unknown): HoldfastError {
  return new HoldfastError('database_unavailable', 'The database does not answer.', { cause });
}
