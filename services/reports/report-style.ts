/** The whole style of the report page; its digest stands in the page's content security policy. */
export const REPORT_STYLE = `
:root{color-scheme:light dark;--ink:#1a1d21;--soft:#565d66;--line:#d5d9de;--paper:#fff;--panel:#f5f6f8;
--good:#1a6b3c;--warn:#8a5200;--bad:#a3191f;--accent:#1f4e8c}
@media (prefers-color-scheme:dark){:root{--ink:#e8eaed;--soft:#a5acb5;--line:#3b4148;--paper:#16181b;--panel:#1f2226;
--good:#6cc98f;--warn:#e5ab4f;--bad:#ff8a85;--accent:#8db8f0}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,sans-serif}
main,header,footer{max-width:62rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2rem}
h1{font-size:1.7rem;line-height:1.25;margin:.2rem 0}
h2{font-size:1.25rem;margin:2.5rem 0 .75rem;border-bottom:1px solid var(--line);padding-bottom:.3rem}
h3{font-size:1.05rem;margin:1.5rem 0 .3rem}
p{margin:.4rem 0}
.skip{position:absolute;left:-999rem}.skip:focus{left:1rem;top:1rem;background:var(--paper);padding:.5rem}
.soft{color:var(--soft)}
.verdict{border-left:.4rem solid var(--soft);background:var(--panel);padding:.9rem 1.1rem;font-size:1.15rem;margin:1rem 0}
.verdict.fail{border-color:var(--bad)}.verdict.attention,.verdict.empty{border-color:var(--warn)}.verdict.pass{border-color:var(--good)}
.badge{display:inline-block;border:1px solid currentColor;border-radius:.2rem;padding:0 .4rem;font-size:.8rem;font-weight:600}
.pass{color:var(--good)}.attention,.empty{color:var(--warn)}.fail{color:var(--bad)}.not-applicable{color:var(--soft)}
.verdict p{color:var(--ink)}
.critical,.high{color:var(--bad)}.medium{color:var(--warn)}.low,.info{color:var(--soft)}
dl.facts{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:.8rem 0}
dl.facts dt{color:var(--soft)}dl.facts dd{margin:0;overflow-wrap:anywhere}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .6rem .4rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
td:nth-last-child(-n+3):not(:nth-child(-n+2)){min-width:6.5rem;overflow-wrap:normal}
caption{text-align:left;color:var(--soft);padding-bottom:.3rem}
section.deviation{border:1px solid var(--line);border-radius:.3rem;padding:.3rem 1rem .8rem;margin:.8rem 0}
pre{background:var(--panel);padding:.5rem .7rem;overflow-x:auto;font-size:.86rem;white-space:pre-wrap;overflow-wrap:anywhere}
code{font-size:.9em}
a{color:var(--accent)}
svg{display:block;width:100%;height:auto}
svg text{fill:var(--soft);font:11px system-ui,sans-serif}
svg .axis{stroke:var(--line)}svg .change{fill:var(--accent)}
svg .finding{fill:none;stroke-width:2;stroke:currentColor}
svg .bar-pass{fill:var(--good)}svg .bar-attention{fill:var(--warn)}svg .bar-fail{fill:var(--bad)}svg .bar-not-applicable{fill:var(--line)}
footer{color:var(--soft);font-size:.85rem;padding-bottom:2rem;margin-top:3rem}
@media print{body{font-size:11pt;background:#fff;color:#000}a{color:inherit}h2{break-after:avoid}
section.deviation,tr{break-inside:avoid}.skip{display:none}pre{white-space:pre-wrap;border:1px solid #999}}
`.replaceAll('\n', '');
