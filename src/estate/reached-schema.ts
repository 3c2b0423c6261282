/** People at risk from a place as API and command line show them. */
import * as z from 'zod';

const Count = z.int().min(0);

export const PeopleBehind = z
  .strictObject({
    low: Count,
    best: Count.describe('Distinct living people; lists are ordered by it'),
    high: Count,
    unknownHoldings: Count.describe('Holdings that nobody counted: their people come on top'),
  })
  .meta({ id: 'PeopleBehind' });
