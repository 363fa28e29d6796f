/** The page's whole style: system fonts, light and dark by preference, readable at any width. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --ground: #fbfaf8; --panel: #ffffff; --sunk: #f1efea; --line: #ddd8cf;
  --ink: #1e2328; --soft: #565d66; --accent: #0b5c74; --accent-ink: #ffffff;
  --get: #0b5c74; --post: #2d6a31; --delete: #a3261c; --warn: #8a4b00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14181c; --panel: #1b2026; --sunk: #101316; --line: #323a43;
    --ink: #e8eaec; --soft: #a6aeb8; --accent: #6fc7de; --accent-ink: #10222a;
    --get: #6fc7de; --post: #8fcf8b; --delete: #ff9b8f; --warn: #f0b86a;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 5rem; scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  display: grid; grid-template: auto 1fr / 18rem minmax(0, 1fr);
}
[hidden] { display: none !important; }
a { color: var(--accent); text-underline-offset: .18em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 1rem; z-index: 3; background: var(--panel); padding: .5rem 1rem; }
header {
  grid-column: 1 / -1; position: sticky; top: 0; z-index: 2; display: flex; gap: 1rem; align-items: center;
  padding: .6rem 1.25rem; background: var(--panel); border-bottom: 1px solid var(--line);
}
header p { margin: 0; }
.brand a { font-weight: 700; color: var(--ink); text-decoration: none; }
.brand span, .raw { color: var(--soft); font-size: .875rem; }
form { flex: 1; max-width: 32rem; margin: 0 auto; display: flex; align-items: center; gap: .5rem; }
form label { font-size: .875rem; color: var(--soft); }
input[type=search] {
  flex: 1; min-width: 0; font: inherit; color: inherit; background: var(--sunk);
  border: 1px solid var(--line); border-radius: 6px; padding: .35rem .7rem;
}
kbd { border: 1px solid var(--line); border-radius: 4px; padding: 0 .4rem; font-size: .8rem; color: var(--soft); }
nav {
  position: sticky; top: 3.4rem; align-self: start; height: calc(100vh - 3.4rem); overflow: auto;
  padding: 1.25rem; border-right: 1px solid var(--line); font-size: .9rem;
}
nav ul { list-style: none; margin: 0; padding: 0; }
nav > ul > li { margin-bottom: .9rem; }
nav .tag { font-weight: 650; }
nav a { display: flex; gap: .5rem; align-items: baseline; color: var(--ink); text-decoration: none; padding: .2rem .3rem; border-radius: 4px; }
nav a:hover { background: var(--sunk); }
main { padding: 2rem clamp(1rem, 4vw, 3.5rem) 6rem; max-width: 60rem; }
main:focus { outline: none; }
h1 { font-size: 2.1rem; line-height: 1.2; margin: 0 0 .5rem; letter-spacing: -.015em; }
h2 { font-size: 1.5rem; margin: 3rem 0 .25rem; letter-spacing: -.01em; }
h3 { font-size: 1.15rem; margin: 0 0 .25rem; }
h4 { font-size: .8rem; margin: 1.4rem 0 .4rem; text-transform: uppercase; letter-spacing: .06em; color: var(--soft); }
.lead { color: var(--soft); max-width: 44rem; margin-top: 0; }
.self { color: inherit; text-decoration: none; }
.self:hover { text-decoration: underline; }
.operation, #start { background: var(--panel); border: 1px solid var(--line); border-radius: 10px; padding: 1.25rem 1.5rem; margin: 1.25rem 0; }
#start h2 { margin-top: 0; }
.steps { padding-left: 1.3rem; }
.steps li { margin: 1rem 0; }
.route { margin: 0; display: flex; gap: .6rem; align-items: baseline; flex-wrap: wrap; overflow-wrap: anywhere; }
.access { margin: .2rem 0 .8rem; color: var(--soft); font-size: .9rem; }
code, pre, kbd { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: .875em; }
p code, td code, .type code { background: var(--sunk); border-radius: 3px; padding: .08em .3em; overflow-wrap: anywhere; }
.method { font: 700 .7rem/1.6 ui-monospace, Menlo, Consolas, monospace; min-width: 4.2em; flex: none; color: var(--get); }
.method.post { color: var(--post); }
.method.delete { color: var(--delete); }
.required { color: var(--warn); font-size: .8rem; font-weight: 600; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .45rem .8rem .45rem 0; border-bottom: 1px solid var(--line); }
thead th { color: var(--soft); font-weight: 600; }
tbody th { font-weight: 400; white-space: nowrap; }
.type, .shape { color: var(--soft); font-size: .9rem; }
.shape { margin: .3rem 0; }
.members { list-style: none; margin: .4rem 0; padding-left: 1rem; border-left: 2px solid var(--line); }
.members li { padding: .25rem 0; overflow-wrap: anywhere; }
.members p { margin: 0; color: var(--soft); font-size: .9rem; }
.name { font-weight: 650; }
.media { margin: .8rem 0 .2rem; }
details { border-top: 1px solid var(--line); padding: .45rem 0; }
details.values { border: 0; padding: 0; display: inline-block; }
summary { cursor: pointer; }
.component { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: .6rem 1rem; margin: .5rem 0; }
.command { position: relative; margin: 1rem 0 0; }
pre { margin: 0; background: var(--sunk); border: 1px solid var(--line); border-radius: 8px; padding: .9rem 1rem; overflow-x: auto; line-height: 1.5; }
.copy { position: absolute; top: .5rem; right: .5rem; font: inherit; font-size: .8rem; color: var(--accent-ink); background: var(--accent); border: 0; border-radius: 5px; padding: .2rem .7rem; cursor: pointer; }
#found { color: var(--soft); margin: 1rem 0 0; }
#found:empty { display: none; }
@media (max-width: 56rem) {
  body { display: block; }
  header { flex-wrap: wrap; }
  nav { position: static; height: auto; max-height: 14rem; border-right: 0; border-bottom: 1px solid var(--line); }
}
@media print { header, nav, .copy { display: none !important; } body { display: block; } }
`;
