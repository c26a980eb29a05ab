#include "engine/tool/report/report_style.h"

namespace lockstep::tool {

std::string_view PageStyle() noexcept {
  return R"(*{box-sizing:border-box}
html{color-scheme:light dark;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,
sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
header,main,footer{max-width:1180px;margin:0 auto;padding:0 20px}
header{padding-top:36px}
h1{font-size:30px;line-height:1.2;letter-spacing:-.01em;margin:0 0 6px}
h2{font-size:22px;line-height:1.25;margin:0 0 4px;text-wrap:balance}
section{margin:52px 0}
.lead{margin:0 0 18px;max-width:70ch;color:var(--dim)}
.early{color:var(--bad);font-weight:600}
.tiles{display:grid;gap:12px;margin:24px 0 0;
grid-template-columns:repeat(6,1fr)}
@media(max-width:1000px){.tiles{grid-template-columns:repeat(3,1fr)}}
.tiles div{background:var(--panel);border-radius:8px;padding:12px 14px;
display:flex;flex-direction:column}
.tiles dt{order:2;color:var(--dim);font-size:14px;line-height:1.35}
.tiles dd{margin:0;font-size:25px;font-weight:650;line-height:1.25;
letter-spacing:-.01em}
.tiles .good dd{color:var(--good)}.tiles .bad dd{color:var(--bad)}
.grid2,.grid3{display:grid;gap:30px 36px}
.grid2{grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr))}
.grid3{grid-template-columns:repeat(auto-fill,minmax(min(100%,300px),1fr))}
figure{margin:0;position:relative;min-width:0}
figcaption{display:flex;flex-wrap:wrap;gap:0 10px;align-items:baseline;
margin-bottom:4px}
figcaption strong{font-size:17px}
figcaption span{color:var(--dim);font-size:14px}
svg{display:block;overflow:visible}
svg.plot{width:100%}
.legend{display:flex;flex-wrap:wrap;gap:2px 16px;margin:2px 0 0;padding:0;
list-style:none;font-size:14px}
.legend i,.tip i{display:inline-block;width:10px;height:10px;border-radius:2px;
margin-right:6px}
i.s1{background:var(--s1)}i.s2{background:var(--s2)}i.s3{background:var(--s3)}
i.s4{background:var(--s4)}i.s5{background:var(--s5)}i.s6{background:var(--s6)}
.row{display:grid;grid-template-columns:minmax(min-content,1fr) auto;
overflow-wrap:break-word;gap:0 12px;margin:0 0 10px;
font-size:14px;line-height:1.4}
.row svg{grid-column:1/-1;width:100%;height:10px;margin-top:2px}
.row span{color:var(--dim);text-align:right}
.row p{grid-column:1/-1;margin:3px 0 6px;color:var(--dim)}
.row q{display:block;font-family:ui-monospace,Menlo,Consolas,monospace;
font-size:12.5px;quotes:none;margin-top:2px}
.zero{stroke:var(--axis)}
details{font-size:14px;margin-top:6px}
summary{color:var(--dim);cursor:pointer;width:max-content;max-width:100%}
summary:focus-visible{outline:2px solid var(--s1);outline-offset:2px}
.scroll{max-height:320px;overflow:auto;margin-top:6px;
border:1px solid var(--grid);border-radius:6px}
table{border-collapse:collapse;width:100%;font-size:13px;
overflow-wrap:normal}
th,td{padding:3px 10px;text-align:right;font-weight:400;
border-bottom:1px solid var(--grid);white-space:nowrap}
thead th{position:sticky;top:0;background:var(--panel);font-weight:600}
.facts{display:grid;grid-template-columns:minmax(90px,max-content) 1fr;
gap:4px 20px;margin:0}
.facts dt{color:var(--dim)}.facts dd{margin:0}
code{font:14px/1.5 ui-monospace,Menlo,Consolas,monospace}
pre{margin:0 0 18px;padding:12px 14px;background:var(--panel);
border-radius:8px;white-space:pre-wrap}
.events{margin:0;padding-left:22px}
.events span{color:var(--dim)}
.tip{position:absolute;z-index:1;pointer-events:none;background:var(--paper);
color:var(--ink);border:1px solid var(--axis);border-radius:6px;
padding:6px 10px;font-size:13px;line-height:1.45;white-space:nowrap;
box-shadow:0 2px 8px #0003}
.tip b{font-weight:600}.tip[hidden]{display:none}
.hair{stroke:var(--ink);stroke-width:1;opacity:.55;pointer-events:none}
footer{padding-bottom:40px;color:var(--dim);font-size:14px}
@media(max-width:480px){header,main,footer{padding-left:16px;
padding-right:16px}header{padding-top:24px}h1{font-size:25px}h2{font-size:20px}
section{margin:40px 0}.tiles{grid-template-columns:1fr 1fr}
.tiles dd{font-size:20px}.facts{grid-template-columns:1fr;gap:0}
.facts dd{margin-bottom:8px}}
@media print{@page{margin:14mm}body{font-size:11pt;zoom:.85}
header,main,footer{max-width:none;padding:0}header{padding-top:0}
section{margin:26px 0}details,.tip,footer{display:none}
h2,.lead,figcaption,.legend{break-after:avoid}
section,.lead,figure,.tiles,.row,.facts,pre{break-inside:avoid}
.grid2{grid-template-columns:1fr 1fr}.grid3{grid-template-columns:1fr 1fr 1fr}
.tiles{grid-template-columns:repeat(3,1fr)}.tiles dd{font-size:13pt}
.tiles div,pre{border:1px solid var(--grid)}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
)";
}

std::string_view PageScript() noexcept {
  return R"((() => {
  'use strict';
  const plots = [...document.querySelectorAll('figure[data-x]')].map(figure => {
    const svg = figure.querySelector('svg.plot');
    const hair = document.createElementNS(svg.namespaceURI, 'line');
    hair.setAttribute('class', 'hair');
    hair.setAttribute('y1', 0);
    hair.setAttribute('y2', '100%');
    hair.style.display = 'none';
    svg.append(hair);
    const tip = document.createElement('div');
    tip.className = 'tip';
    tip.hidden = true;
    figure.append(tip);
    const rows = [...figure.querySelectorAll('tbody tr')];
    const at = rows.map(row => Number(row.dataset.at));
    const names = [...figure.querySelectorAll('thead th')];
    return {figure, svg, hair, tip, rows, at, names};
  });

  const nearest = (plot, fraction) => {
    let best = 0;
    const distance = i => Math.abs(plot.at[i] - fraction);
    plot.at.forEach((_, i) => {
      if (distance(i) < distance(best)) best = i;
    });
    return best;
  };
  const setHair = (plot, row) => {
    plot.hair.style.display = row === null ? 'none' : '';
    if (row === null) return;
    const x = plot.at[row] * 100 + '%';
    plot.hair.setAttribute('x1', x);
    plot.hair.setAttribute('x2', x);
  };
  const line = (name, value, series) => {
    const div = document.createElement('div');
    if (series) {
      const key = document.createElement('i');
      key.className = 's' + ((series - 1) % 6 + 1);
      div.append(key);
    }
    const bold = document.createElement('b');
    bold.textContent = value;
    div.append(name + ' ', bold);
    return div;
  };
  const setTip = (plot, row) => {
    const cells = [...plot.rows[row].children];
    plot.tip.replaceChildren(...cells.map(
        (cell, i) => line(plot.names[i].textContent, cell.textContent, i)));
    plot.tip.hidden = false;
    const box = plot.svg.getBoundingClientRect();
    const frame = plot.figure.getBoundingClientRect();
    const x = box.left - frame.left + plot.at[row] * box.width;
    const width = plot.tip.offsetWidth;
    const left = x + 12 + width > frame.width ? x - 12 - width : x + 12;
    plot.tip.style.left =
        Math.max(0, Math.min(left, frame.width - width)) + 'px';
    plot.tip.style.top = box.top - frame.top + 6 + 'px';
  };
  const hide = () => {
    for (const plot of plots) {
      setHair(plot, null);
      plot.tip.hidden = true;
    }
  };

  for (const plot of plots) {
    const show = event => {
      const box = plot.svg.getBoundingClientRect();
      const fraction = (event.clientX - box.left) / box.width;
      hide();
      if (fraction < -0.03 || fraction > 1.03 || !plot.rows.length) return;
      const row = nearest(plot, fraction);
      // What happens at the same time elsewhere.
      for (const other of plots) {
        if (other.figure.dataset.x !== plot.figure.dataset.x) continue;
        if (!other.rows.length) continue;
        setHair(other, nearest(other, plot.at[row]));
      }
      setTip(plot, row);
    };
    const area = plot.svg.parentElement;
    area.addEventListener('pointermove', show);
    area.addEventListener('pointerdown', show);
    area.addEventListener('pointerleave', hide);
  }
})();
)";
}

}  // namespace lockstep::tool
