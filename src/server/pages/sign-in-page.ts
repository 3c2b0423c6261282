/** Pages for someone who is not signed in: how to get a link, and the button that uses one. */
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { layout } from './layout.ts';

/** The command that prints a new link. */
export const LINK_COMMAND = 'holdfast sign-in';

export function signInPage(): Html {
  return layout({
    title: 'Sign in',
    main: html`<h1>Sign in</h1>
      <div class="card narrow">
        <p>On the machine that runs Holdfast, ask for a sign-in link:</p>
        <p><code class="code">${LINK_COMMAND}</code></p>
        <p>It is good for 15 minutes and works once. <code>npm start</code> prints one too.</p>
      </div>
      <p class="soft">Came here by a link while signed in? <a href="/">Open the estate</a>.</p>`,
  });
}

/** Reached by the link. Only the button uses the link up, so that a mail scanner or a preview cannot. */
export function signInButtonPage(linkSecret: string): Html {
  return layout({
    title: 'Sign in',
    main: html`<h1>Sign in</h1>
      <div class="card narrow">
        <p>
          This link works once. It signs this browser in for at most 12 hours, and for 30 minutes
          when it is not used.
        </p>
        <form method="post" action="/sign-in">
          <input type="hidden" name="link" value="${linkSecret}" />
          <p><button type="submit">Sign in to Holdfast</button></p>
        </form>
      </div>`,
  });
}

export function signedOutPage(): Html {
  return layout({
    title: 'Signed out',
    main: html`<h1>Signed out</h1>
      <p class="lead">This browser is no longer signed in, and its session cannot be used again.</p>
      <p><a href="/sign-in">Sign in again</a></p>`,
  });
}
