/**
 * The look of a report: paper and ink in both schemes, every pair of colours with a contrast of at least 4.5 (WCAG 2.2,
 * 1.4.3), and on paper every group is unfolded and what is
 * known to be exploited explained.
 */
export const STYLE = `
:root { color-scheme: light dark;
  --paper: #f7f6f2; --card: #ffffff; --ink: #17211f; --soft: #4a5754; --line: #d5d8d2; --teal: #0b4f4a; --on-teal: #ffffff;
  --link: #0a5b55; --good: #1c5a2f; --good-back: #e4f1e6; --warn: #7a4300; --warn-back: #fbeed8; --bad: #94161b;
  --bad-back: #fae6e4; --worst: #7c0f14; --plain-back: #e9ebe7; --focus: #b35900; }
@media (prefers-color-scheme: dark) { :root {
  --paper: #101615; --card: #18201e; --ink: #e9eeec; --soft: #b3bfbb; --line: #33403c; --teal: #0d3f3b; --on-teal: #f2f7f5;
  --link: #86d6cb; --good: #9fdcae; --good-back: #173322; --warn: #f3c585; --warn-back: #3a2a10; --bad: #ffb3ad;
  --bad-back: #45191a; --worst: #a3262b; --plain-back: #2a3431; --focus: #ffb454; } }
* { box-sizing: border-box; }
html { font: 100%/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif; }
body { margin: 0; background: var(--paper); color: var(--ink); font-variant-numeric: tabular-nums; overflow-wrap: break-word; }
.wide { max-width: 68rem; margin: 0 auto; padding: 0 1.25rem; }
header { background: var(--teal); color: var(--on-teal); }
header .wide { padding-top: 1.4rem; padding-bottom: 1.5rem; }
header p { margin: 0; }
h1 { margin: .2rem 0 .3rem; font-size: 1.9rem; line-height: 1.2; letter-spacing: -.01em; text-wrap: balance; overflow-wrap: anywhere; }
h2 { margin: 2.5rem 0 .6rem; font-size: 1.3rem; line-height: 1.3; }
main { padding-bottom: 3rem; }
p { margin: .5rem 0; max-width: 46rem; }
a { color: var(--link); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.soft { color: var(--soft); }
.verdict { margin: 1.75rem 0 1rem; padding: 1rem 1.4rem; border-left: .4rem solid; border-radius: .4rem; }
.verdict h2 { margin: 0 0 .2rem; }
.verdict p { margin: .2rem 0; }
.verdict.bad { background: var(--bad-back); color: var(--bad); }
.verdict.warn { background: var(--warn-back); color: var(--warn); }
.verdict.good { background: var(--good-back); color: var(--good); }
.figures { display: flex; flex-wrap: wrap; gap: 1px; margin: 1.25rem 0; padding: 0; list-style: none; background: var(--line);
  border: 1px solid var(--line); border-radius: .4rem; overflow: hidden; }
.figures li { overflow-wrap: normal; flex: 1 1 7.2rem; background: var(--card); padding: .7rem 1rem; }
.figures strong { display: block; font-size: 1.6rem; line-height: 1.25; font-weight: 600; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: .4rem; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .5rem .9rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
tbody tr:last-child > * { border-bottom: 0; }
thead th { color: var(--soft); font-weight: 600; white-space: nowrap; }
tbody th { font-weight: 600; }
tbody th, td, .finding span, dd, li { overflow-wrap: anywhere; }
.number { text-align: right; white-space: nowrap; }
details { background: var(--card); border: 1px solid var(--line); border-radius: .4rem; margin: .6rem 0; }
summary { cursor: pointer; padding: .7rem 1rem; border-radius: .4rem; }
.group > summary { font-weight: 600; font-size: 1.05rem; }
.group > summary::marker { color: var(--soft); }
.group > div { padding: 0 .8rem .5rem; }
.finding { margin: .4rem 0; }
.finding > summary { display: grid; grid-template-columns: 8.5rem minmax(9rem, 14rem) 1fr minmax(8rem, 13rem); gap: .2rem 1rem; align-items: baseline; padding: .5rem .8rem; }
.finding > summary::before { content: none; }
.finding[open] > summary { border-bottom: 1px solid var(--line); border-radius: .4rem .4rem 0 0; }
.finding > summary:hover { background: var(--plain-back); }
.finding > div { padding: .3rem .8rem .8rem; }
.badge { display: inline-block; padding: .05rem .55rem; border-radius: 1rem; font-size: .9rem; font-weight: 600; white-space: nowrap;
  background: var(--plain-back); color: var(--ink); }
.badge.critical { background: var(--worst); color: #ffffff; }
.badge.high { background: var(--bad-back); color: var(--bad); }
.badge.medium { background: var(--warn-back); color: var(--warn); }
.badge.exploited { background: var(--ink); color: var(--paper); }
dl { display: grid; grid-template-columns: 10rem 1fr; gap: .25rem 1rem; margin: .6rem 0; }
dt { color: var(--soft); } dd { margin: 0; }
ul.plain { margin: .3rem 0; padding-left: 1.2rem; }
footer { border-top: 1px solid var(--line); color: var(--soft); font-size: .9rem; padding: 1rem 0 2rem; }
@media (max-width: 48rem) { .finding > summary { grid-template-columns: 1fr; } dl { grid-template-columns: 1fr; gap: 0 0; } dd { margin-bottom: .4rem; } }
@media print {
  :root { --paper: #ffffff; --card: #ffffff; --ink: #000000; --soft: #333333; --line: #999999; --teal: #ffffff; --on-teal: #000000;
    --link: #000000; --bad: #000000; --bad-back: #ffffff; --warn: #000000; --warn-back: #ffffff; --good: #000000; --good-back: #ffffff;
    --worst: #000000; --plain-back: #ffffff; color-scheme: light; }
  html { font-size: 62.5%; } .wide { max-width: none; padding: 0; } header { border-bottom: 2px solid #000000; }
  .group::details-content, .first .finding::details-content { content-visibility: visible; block-size: auto; }
  .finding, .verdict, tr { break-inside: avoid; } h2, .group > summary { break-after: avoid; }
  .badge, .badge.critical, .badge.exploited { border: 1px solid #000000; background: #ffffff; color: #000000; } .scroll { overflow: visible; }
}
`;
