/** The session cookie: written so that no script and no other site can use it, read so that two of them count as none. */

const NAME = 'holdfast_session';

/** Behind https the `__Host-` prefix keeps other hosts of the domain from setting it (RFC 6265bis, 4.1.3.2). */
export function sessionCookieName(https: boolean): string {
  return https ? `__Host-${NAME}` : NAME;
}

export function sessionCookie(secret: string, maxAgeSeconds: number, https: boolean): string {
  return `${sessionCookieName(https)}=${secret}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict${https ? '; Secure' : ''}`;
}

export function endedCookie(https: boolean): string {
  return sessionCookie('', 0, https);
}

/** The session's secret from a Cookie header; undefined when there is none, or more than one to choose from. */
export function sessionSecret(header: string | undefined, https: boolean): string | undefined {
  const name = sessionCookieName(https);
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  return values.length === 1 ? values[0] : undefined;
}
