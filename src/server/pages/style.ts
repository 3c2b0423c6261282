/**
 * The style sheet. Our own identity: paper and ink with one deep teal, the system's fonts, generous lines. Every pair
 * of colours has a contrast of at least 4.5 (text) or 3 (borders of controls) in both schemes (WCAG 2.2, 1.4.3, 1.4.11).
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #f7f6f2; --card: #ffffff; --ink: #17211f; --soft: #4a5754; --line: #d5d8d2; --edge: #6d7976;
  --teal: #0b4f4a; --teal-ink: #ffffff; --link: #0a5b55;
  --good: #1c5a2f; --good-back: #e4f1e6; --warn: #7a4300; --warn-back: #fbeed8; --bad: #94161b; --bad-back: #fae6e4; --plain-back: #e9ebe7;
  --focus: #b35900;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #101615; --card: #18201e; --ink: #e9eeec; --soft: #b3bfbb; --line: #33403c; --edge: #8b9894;
    --teal: #0d3f3b; --teal-ink: #f2f7f5; --link: #86d6cb;
    --good: #9fdcae; --good-back: #173322; --warn: #f3c585; --warn-back: #3a2a10; --bad: #ffb3ad; --bad-back: #45191a; --plain-back: #2a3431;
    --focus: #ffb454;
  }
}
* { box-sizing: border-box; }
html { font: 100%/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font-variant-numeric: tabular-nums; }
.wide { max-width: 72rem; margin: 0 auto; padding: 0 1.25rem; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: .5rem; padding: .5rem 1rem; background: var(--card); color: var(--link); z-index: 2; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
main:focus { outline: none; }
a { color: var(--link); text-underline-offset: .15em; }
a:hover { text-decoration-thickness: .15em; }
.top { background: var(--teal); color: var(--teal-ink); }
.top .wide { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 2rem; min-height: 3.75rem; }
.top a { color: inherit; }
.brand { margin: 0; font-size: 1.25rem; font-weight: 650; letter-spacing: .01em; }
.brand, .brand a { display: flex; align-items: center; gap: .6rem; text-decoration: none; }
.top ul { display: flex; flex-wrap: wrap; gap: 0 .25rem; margin: 0; padding: 0; list-style: none; }
.top nav a { display: block; padding: .9rem .75rem .7rem; text-decoration: none; border-bottom: .25rem solid transparent; }
.top nav a:hover { border-color: color-mix(in srgb, currentColor 45%, transparent); }
.top nav a[aria-current] { border-color: currentColor; font-weight: 600; }
.top :focus-visible { outline-color: #ffd9a0; outline-offset: -3px; }
.out { margin: 0 0 0 auto; }
.banner { background: var(--warn-back); color: var(--warn); border-bottom: 1px solid var(--warn); }
.banner p { margin: 0 auto; max-width: 72rem; padding-top: .6rem; padding-bottom: .6rem; }
main.wide { padding-top: 2.25rem; padding-bottom: 3.5rem; }
h1 { margin: 0 0 .5rem; font-size: 2rem; line-height: 1.2; letter-spacing: -.01em; text-wrap: balance; overflow-wrap: anywhere; }
h2 { margin: 2.75rem 0 .5rem; font-size: 1.3rem; line-height: 1.3; }
h3 { margin: 1.5rem 0 .25rem; font-size: 1.05rem; }
p { margin: .5rem 0; max-width: 44rem; }
.lead { font-size: 1.15rem; color: var(--soft); }
.soft { color: var(--soft); }
.small { font-size: .9rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1.25rem 1.5rem; margin: 1rem 0; }
.card > :first-child { margin-top: 0; }
.card > :last-child { margin-bottom: 0; }
.narrow { max-width: 34rem; }
.gap { border-left: .375rem solid var(--warn); }
.figures { display: flex; flex-wrap: wrap; gap: 1px; margin: 1.5rem 0; padding: 0; list-style: none; background: var(--line); border: 1px solid var(--line); border-radius: .5rem; overflow: hidden; }
.figures li { flex: 1 1 9.5rem; background: var(--card); padding: .9rem 1.25rem; }
.figures strong { display: block; font-size: 1.75rem; line-height: 1.2; font-weight: 600; }
.facts { display: grid; grid-template-columns: minmax(9rem, 14rem) 1fr; margin: 0; }
.facts dt, .facts dd { margin: 0; padding: .45rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
.facts dt { color: var(--soft); padding-right: 1rem; }
.facts dt:first-of-type, .facts dt:first-of-type + dd { border-top: 0; }
.facts dd.unknown { color: var(--warn); font-style: italic; }
.scroll { position: relative; overflow-x: auto; margin: 1rem 0; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
table { width: 100%; border-collapse: collapse; }
caption { text-align: left; padding: .9rem 1.25rem .6rem; font-weight: 600; max-width: calc(100vw - 2.6rem); }
th, td { text-align: left; vertical-align: top; padding: .55rem 1.25rem; border-top: 1px solid var(--line); }
th { font-weight: 600; }
thead th { color: var(--soft); font-size: .9rem; white-space: nowrap; vertical-align: bottom; }
tbody th { font-weight: 550; overflow-wrap: anywhere; min-width: 9rem; }
.number { text-align: right; white-space: nowrap; }
.deadlines tbody th { min-width: 13rem; }
.deadlines td ul { min-width: 12rem; font-size: .9rem; }
td ul, .card ul { margin: 0; padding-left: 1.1rem; }
td ul + p, td p { margin: .25rem 0 0; }
time { white-space: nowrap; }
code, .code { font-family: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: .92em; overflow-wrap: anywhere; }
.code { display: block; padding: .75rem 1rem; background: var(--plain-back); border-radius: .375rem; }
.tag { display: inline-block; padding: .05rem .6rem; border-radius: 1rem; font-size: .875rem; font-weight: 600; white-space: nowrap; background: var(--plain-back); border: 1px solid transparent; }
.tag.good { color: var(--good); background: var(--good-back); }
.tag.warn { color: var(--warn); background: var(--warn-back); border-color: currentColor; }
.tag.bad { color: var(--bad); background: var(--bad-back); border: 2px solid currentColor; }
button, .button { display: inline-block; font: inherit; font-weight: 600; padding: .65rem 1.5rem; border: 2px solid transparent; border-radius: .375rem; background: var(--teal); color: var(--teal-ink); text-decoration: none; cursor: pointer; }
main button { border-color: var(--edge); }
button:hover { filter: brightness(1.15); }
button.quiet { padding: .3rem .9rem; background: transparent; border-color: currentColor; color: inherit; font-weight: 500; }
.bottom { padding-bottom: 2rem; color: var(--soft); font-size: .9rem; }
.bottom p { padding-top: 1rem; border-top: 1px solid var(--line); max-width: none; }
.headline { margin: 1.25rem 0 0; }
.headline .count { margin: 0; font-size: 1.5rem; line-height: 1.15; max-width: none; }
.headline .count strong { font-size: clamp(3rem, 9vw, 4.75rem); line-height: 1; letter-spacing: -.02em; font-weight: 700; color: var(--bad); margin-right: .35rem; }
.headline .count a { color: inherit; text-decoration: none; }
.headline .count a:hover { text-decoration: underline; }
.headline .lead { color: var(--ink); max-width: 52rem; }
.figures a { color: inherit; text-decoration: none; }
.figures a strong { color: var(--link); text-decoration: underline; text-decoration-thickness: 1px; text-underline-offset: .2em; }
.figures a:hover strong { text-decoration-thickness: .1em; }
.figures .home { box-shadow: inset .375rem 0 0 var(--bad); }
.figures .blind { box-shadow: inset .375rem 0 0 var(--warn); }
.do { border-left: .375rem solid var(--good); }
.do h2 { font-size: 1rem; color: var(--soft); }
.do .lead { color: var(--ink); }
.note { background: var(--warn-back); color: var(--warn); border-radius: .375rem; padding: .6rem 1rem; max-width: none; }
.note a { color: inherit; }
.tabs ul, .choices { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; margin: 0 0 1.5rem; padding: 0; border-bottom: 1px solid var(--line); }
.tabs a, .choices a { display: block; padding: .35rem 0; text-decoration: none; border-bottom: .2rem solid transparent; }
.tabs a:hover, .choices a:hover { border-color: var(--line); }
.tabs a[aria-current], .choices a[aria-current] { border-color: currentColor; font-weight: 600; color: var(--ink); }
.choices { margin: 1rem 0; border: 0; }
.filter { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: .75rem 1.25rem; align-items: end; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem 1.5rem; margin: 1rem 0; }
.filter p { margin: 0; max-width: none; }
.filter label { display: block; font-size: .9rem; font-weight: 600; }
.filter input, .filter select { width: 100%; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--edge); border-radius: .375rem; padding: .5rem .65rem; min-height: 2.75rem; }
.filter ::placeholder { color: var(--soft); opacity: 1; }
.filter .check { display: flex; gap: .6rem; align-items: flex-start; }
.filter .check input { width: 1.25rem; height: 1.25rem; min-height: 0; margin: .15rem 0 0; flex: none; accent-color: var(--teal); }
.filter .check label { font-weight: 400; font-size: 1rem; }
.filter fieldset { grid-column: 1 / -1; border: 1px solid var(--line); border-radius: .375rem; padding: .5rem 1rem 1rem; margin: 0; display: grid; gap: .5rem; }
.filter legend { font-weight: 600; font-size: .9rem; padding: 0 .35rem; }
.filter .buttons { display: flex; gap: 1.25rem; align-items: center; }
.share { display: block; width: 100%; max-width: 22rem; height: .5rem; margin-top: .4rem; border-radius: .125rem; background: var(--plain-back); }
.share .perhaps { fill: var(--warn); opacity: .45; }
.share .shown { fill: var(--bad); }
.first tbody th { width: 55%; min-width: 15rem; }
.first thead th { white-space: normal; }
.ask { margin: 1.25rem 0; }
.ask > summary { padding: .35rem 0; color: var(--link); }
.pager p { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; max-width: none; }
.pager span { color: var(--soft); }
.back { margin: 0 0 .5rem; }
.picture { margin: 1rem 0; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem; }
.picture .sheet { overflow-x: auto; }
.picture svg { display: block; width: 100%; min-width: 46rem; max-width: 72.5rem; height: auto; margin: 0 auto; }
.picture figcaption { padding: .25rem .75rem; color: var(--soft); font-size: .9rem; }
.picture .paper { fill: var(--card); }
.picture text.ink { fill: var(--ink); }
.picture text.hot { fill: var(--bad); }
.picture rect.place { fill: var(--paper); stroke: var(--edge); }
.picture rect.end { fill: var(--plain-back); stroke: var(--edge); }
.picture polyline.step, .picture path.step { stroke: var(--ink); }
.picture polyline.hot { stroke: var(--bad); }
.picture marker path.step { fill: var(--ink); stroke: none; }
.picture marker path.hot { fill: var(--bad); }
.picture rect.bar { fill: var(--bad); }
.picture rect.home { fill: var(--ink); }
.way { list-style: none; margin: 1rem 0; padding: 0 0 0 1.5rem; border-left: .2rem solid var(--line); }
.way li.place, .way li.step { position: relative; padding: .15rem 0 .6rem; }
.way li.place::before, .way li.step::before { content: ""; position: absolute; left: -2.05rem; top: .45rem; width: .9rem; height: .9rem; border-radius: 50%; background: var(--card); border: .2rem solid var(--edge); }
.way li.step::before { border-radius: .1rem; width: .6rem; height: .6rem; left: -1.9rem; background: var(--edge); border: 0; }
.way li.open::before { background: var(--bad); }
.way h3 { margin: 0; }
.way .kind { margin: 0; font-size: .875rem; color: var(--soft); }
.evidence { margin: .25rem 0 0; padding-left: 1.1rem; }
.names { columns: 14rem; padding-left: 1.1rem; margin: .5rem 0; }
.away { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
details > summary { cursor: pointer; }
form p:last-child { margin-bottom: 0; }
@media (max-width: 40rem) {
  .facts { grid-template-columns: 1fr; }
  .facts dt { padding-bottom: 0; }
  .facts dd { border-top: 0; padding-top: 0; }
  .facts dt:first-of-type + dd { padding-top: 0; }
  th, td, caption { padding-left: .9rem; padding-right: .9rem; }
  .card { padding: 1rem; }
  td { min-width: 8rem; }
  .number { min-width: 4rem; }
  .top .wide { padding-top: .6rem; }
  .top .wide { column-gap: .5rem; }
  .brand { flex: 1 0 100%; }
}
@media (forced-colors: active) { .tag { border: 1px solid; } .top nav a { border-color: Canvas; } .top nav a[aria-current] { border-color: Highlight; } }
@media print {
  :root { --paper: #fff; --card: #fff; --ink: #000; --soft: #333; --line: #999; --teal: #fff; --teal-ink: #000; --link: #000; --plain-back: #fff; --good-back: #fff; --warn-back: #fff; --bad-back: #fff; --good: #000; --warn: #000; --bad: #000; }
  .skip, nav, .out, button, .filter, #ask { display: none; }
  .headline .count strong { color: #000; }
  .picture { break-inside: avoid; }
  .picture .sheet { overflow: visible; }
  .picture svg { min-width: 0; }
  .share .shown { fill: #000; }
  .top { border-bottom: 2px solid #000; }
  html { font-size: 80%; }
  .scroll { overflow: visible; border: 0; }
  th, td, caption { padding: .3rem .6rem; }
  thead th, time { white-space: normal; }
  table, .card, .figures { break-inside: auto; }
  tr, dt, dd { break-inside: avoid; }
  thead { display: table-header-group; }
  .tag { border: 1px solid #000; }
}
`;
