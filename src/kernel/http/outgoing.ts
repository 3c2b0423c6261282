/** The one place where a request leaves this machine from; whoever sends one takes it as an argument. */

export type Fetch = (url: string | URL, init: RequestInit) => Promise<Response>;

/** The platform's fetch. */
export const systemFetch: Fetch = (url, init) => fetch(url, init);
