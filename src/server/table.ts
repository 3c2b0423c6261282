/** Every API route of Holdfast in one table: what is served, documented in openapi.json, and offered by the client. */
import { hostRoutes } from '../connectors/linux-host/push/routes.ts';
import { estateRoutes } from '../estate/routes.ts';
import { exposureRoutes } from '../exposure/routes.ts';
import { reverseRoutes } from '../exposure/reverse/routes.ts';
import { jobRoutes } from '../kernel/jobs/routes.ts';
import { mfaRoutes } from '../measures/mfa/routes.ts';
import { patchingRoutes } from '../measures/patching/routes.ts';
import { scanningRoutes } from '../measures/scanning/routes.ts';
import { serverRoutes } from './routes.ts';

export const apiRoutes = {
  ...serverRoutes,
  ...estateRoutes,
  ...hostRoutes,
  ...jobRoutes,
  ...scanningRoutes,
  ...reverseRoutes,
  ...mfaRoutes,
  ...exposureRoutes,
  ...patchingRoutes,
};
