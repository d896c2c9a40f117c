"""The archive's one style sheet. Plain, in the reader's own fonts and colors; no color pair below 4.5 to 1."""

STYLE = """\
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1b1f24; --quiet: #51585f; --line: #c9ced3; --link: #0b4f8a;
  --seen: #5b3a86; --band: #f2f4f6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14181c; --ink: #e8eaed; --quiet: #b3bac1; --line: #434a52; --link: #8ec5ff;
    --seen: #cdb2f5; --band: #1d2329;
  }
}
* { box-sizing: border-box; }
html { font-size: 100%; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  overflow-wrap: anywhere;
}
a { color: var(--link); text-decoration-thickness: 0.07em; text-underline-offset: 0.15em; }
a:visited { color: var(--seen); }
a:hover { text-decoration-thickness: 0.14em; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: -100rem; padding: 0.5rem 1rem; background: var(--paper); color: var(--link); }
.skip:focus { left: 1rem; top: 0.5rem; z-index: 1; }
.band { background: var(--band); border-bottom: 1px solid var(--line); }
.column, main { max-width: 44rem; margin: 0 auto; padding: 0 1rem; }
.site { margin: 0; padding: 1rem 0 0.25rem; font-size: 1.25rem; font-weight: 650; line-height: 1.3; }
.site a { color: inherit; text-decoration: none; }
.site a:hover { text-decoration: underline; }
nav ul { display: flex; flex-wrap: wrap; gap: 0 1.25rem; margin: 0; padding: 0; list-style: none; }
nav a { display: inline-block; padding: 0.5rem 0; }
.band nav { padding-bottom: 0.25rem; }
nav a[aria-current] {
  color: inherit; font-weight: 650; text-decoration: none; border-bottom: 3px solid currentColor;
}
main { padding-top: 1.5rem; padding-bottom: 2.5rem; }
main:focus { outline: none; }
h1 { margin: 0 0 0.5rem; font-size: 1.75rem; line-height: 1.25; font-weight: 650; }
h2 { margin: 0; font-size: 1.1875rem; line-height: 1.4; font-weight: 600; }
p { margin: 0 0 1rem; max-width: 40rem; }
.facts {
  display: flex; flex-wrap: wrap; gap: 0 1.25rem; margin: 0.25rem 0 0;
  color: var(--quiet); font-size: 0.9375rem;
}
article > .facts { margin-bottom: 1.5rem; }
.items { margin: 1rem 0 0; padding: 0; list-style: none; }
.items > li { padding: 1rem 0; border-top: 1px solid var(--line); }
.items > li:last-child { border-bottom: 1px solid var(--line); }
.groups { margin: 1rem 0; padding: 0; list-style: none; }
.groups > li { padding: 0.375rem 0; }
.groups span, .groups time + span { color: var(--quiet); }
.more { margin-top: 1.5rem; }
figure { margin: 1.5rem 0; }
img { display: block; max-width: 100%; height: auto; background: var(--band); }
.card { padding: 0.75rem 1rem; border: 1px solid var(--line); border-inline-start-width: 4px; }
.notice { padding: 1rem; background: var(--band); border: 1px solid var(--line); }
footer .column { padding-top: 1rem; padding-bottom: 2rem; color: var(--quiet); font-size: 0.9375rem; }
footer .column::before { content: ""; display: block; margin-bottom: 1rem; border-top: 1px solid var(--line); }
@media print {
  :root { --paper: #fff; --ink: #000; --quiet: #333; --line: #999; --link: #000; --seen: #000; --band: #fff; }
  body { font-size: 11pt; }
  .skip, nav, .more { display: none; }
  .band { border: 0; }
  footer .column { padding-bottom: 0; }
  .column, main { max-width: none; padding-left: 0; padding-right: 0; }
  .card a::after { content: " (" attr(href) ")"; font-size: 0.875em; }
  h1, h2 { break-after: avoid; }
  figure, .items > li { break-inside: avoid; }
  img { width: auto; max-height: 20cm; }
}
"""
