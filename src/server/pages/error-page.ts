/** What a person sees when something was refused or broke: what happened, what to do, and the number to quote. */
import type { Failure } from '../../kernel/http/failure.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { layout } from './layout.ts';

const TITLES: Readonly<Record<string, string>> = {
  not_found: 'There is nothing here',
  not_permitted: 'Not permitted',
  not_signed_in: 'Not signed in',
  internal: 'Something went wrong',
  database_unavailable: 'The database does not answer',
};

export function errorPage({ error }: Failure): Html {
  const title = TITLES[error.code] ?? 'This could not be done';
  return layout({
    title,
    main: html`<h1>${title}</h1>
      <div class="card narrow">
        <p>${error.message}</p>
        ${error.remedy === undefined ? undefined : html`<p>${error.remedy}</p>`}
        <p class="soft small">
          Error code <code>${error.code}</code>, request <code>${error.requestId}</code>
        </p>
      </div>
      <p>
        <a href="/">Back to the estate</a
        >${error.code === 'not_signed_in' ? html` or <a href="/sign-in">sign in</a>` : undefined}
      </p>`,
  });
}
