/** C2SP tlog-witness over HTTP: plain text in, plain text out; the signature on the checkpoint is the authentication. */
import type { FastifyInstance } from 'fastify';
import type { WitnessAnswer } from '../ledger/witness.ts';
import type { Log } from '../kernel/log.ts';

export const WITNESS_PREFIX = '/ledger/witness';
/** 63 hashes and a checkpoint with a thousand signatures. */
const BODY_LIMIT = 262_144;

/** Adds `POST /ledger/witness/add-checkpoint`; `answer` decides, this only carries. */
export function serveWitness(
  app: FastifyInstance,
  answer: (body: string) => Promise<WitnessAnswer>,
  log: Log,
): void {
  void app.register((scope, _, registered) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string' }, (_, body, parsed) => {
      parsed(null, body);
    });
    scope.post(
      `${WITNESS_PREFIX}/add-checkpoint`,
      { bodyLimit: BODY_LIMIT },
      async (request, reply) => {
        const { status, contentType, body, why } = await answer(
          typeof request.body === 'string' ? request.body : '',
        );
        // A refused checkpoint may be proof that a supplier rewrote its past: what was sent is kept in the log.
        if (status === 409 || status === 422) {
          log.warn('a checkpoint was not cosigned', { status, why, sent: request.body });
        }
        return reply.code(status).header('content-type', contentType).send(body);
      },
    );
    registered();
  });
}
