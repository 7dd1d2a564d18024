/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Styles, script, head and foot of the page. */
#include "nas/report/page.h"

#include "nas/report/palette.h"

static const char colours_light[] =
	":root{--ink:#1a2027;--soft:#57606b;--rule:#d9dee4;--paper:#fff;"
	"--card:#f6f8fa;--link:#0072b2;--warn:#d55e00}\n";
static const char colours_dark[] =
	"@media screen and (prefers-color-scheme:dark){:root{--ink:#e8ebee;"
	"--soft:#a4adb8;--rule:#323a43;--paper:#14181c;--card:#1d2329;"
	"--link:#4aa3dc;--warn:#f0803c}}\n";

static const char *const layout[] = {
	":root{color-scheme:light dark}\n"
	"*{box-sizing:border-box}\n"
	"html{-webkit-text-size-adjust:100%;text-size-adjust:100%}\n"
	"body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 "
	"system-ui,-apple-system,\"Segoe UI\",\"Noto Sans\",sans-serif;"
	"overflow-wrap:break-word}\n"
	"main{max-width:1008px;margin:0 auto;padding:40px 24px 64px}\n"
	"h1{font-size:30px;line-height:1.2;font-weight:650;margin:0 0 6px;"
	"letter-spacing:-.01em}\n"
	"h2{font-size:19px;line-height:1.3;font-weight:650;margin:0 0 14px}\n"
	"p{margin:0 0 12px}code{font-size:.92em;overflow-wrap:anywhere}\n"
	".lead{color:var(--soft);font-size:17px;margin-bottom:26px}\n"
	".answer{font-size:18px;margin:0 0 24px;max-width:44em}\n"
	".warn{border-left:3px solid var(--warn);padding:2px 0 2px 14px;"
	"margin:0 0 22px}\n"
	"section{margin:44px 0 0}\n",

	".tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax("
	"150px,1fr));gap:12px;margin:0 0 8px;padding:0}\n"
	".tiles div{background:var(--card);border-radius:8px;padding:12px "
	"14px}\n"
	".tiles dt{color:var(--soft);font-size:13px;line-height:1.4}\n"
	".tiles dd{margin:2px 0 0;font-size:22px;line-height:1.3;font-weight:"
	"650;font-variant-numeric:tabular-nums}\n"
	".tiles small{display:block;color:var(--soft);font-size:12.5px;"
	"font-weight:400;line-height:1.4}\n",

	".figures{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,"
	"1fr);column-gap:32px}\n"
	"figure{margin:48px 0 0;grid-column:1/-1;min-width:0}\n"
	"figure.half{grid-column:auto}\n"
	"figure svg{display:block;width:100%;height:auto;overflow:visible}\n"
	"figure .narrow{display:none}\n"
	"figcaption{font-size:14px;line-height:1.5;color:var(--soft);margin:"
	"14px 0 8px;max-width:62em}\n"
	"figcaption b,figcaption strong{color:var(--ink);font-weight:650}\n"
	".absent{color:var(--soft);background:var(--card);border-radius:8px;"
	"padding:14px 16px;font-size:15px}\n",

	"details{font-size:14px}summary{cursor:pointer;color:var(--link);"
	"width:max-content;max-width:100%}\n"
	".scroll{overflow-x:auto;margin:10px 0 4px}\n"
	"table{border-collapse:collapse;font-size:13.5px;line-height:1.45;"
	"font-variant-numeric:tabular-nums;min-width:50%}\n"
	"th,td{text-align:left;padding:5px 14px 5px 0;border-bottom:1px solid "
	"var(--rule);vertical-align:top}\n"
	"th{font-weight:600;color:var(--soft);white-space:nowrap}\n"
	".num{text-align:right;white-space:nowrap}\n"
	".cards{width:100%}\n"
	"td small{display:block;color:var(--soft);font-size:12px;"
	"line-height:1.3}\n"
	"th:last-child,td:last-child{padding-right:2px}\n"
	"th[aria-sort]{cursor:pointer}\n"
	"th[aria-sort=ascending]:after{content:\" \\2191\"}\n"
	"th[aria-sort=descending]:after{content:\" \\2193\"}\n"
	".facts th{text-align:left;width:13em;white-space:normal}\n"
	".facts table{width:100%}.facts td{overflow-wrap:anywhere}\n"
	".note,footer{color:var(--soft);font-size:13.5px}\n"
	"footer{margin-top:56px;border-top:1px solid var(--rule);"
	"padding-top:16px}\n"
	".lines{white-space:pre-line}\n",

	"@media screen and (max-width:760px){main{padding:28px 16px 48px}\n"
	"h1{font-size:25px}.figures{display:block}\n"
	"figure .wide{display:none}figure .narrow{display:block;max-width:"
	"480px}\n"
	".facts th,.facts td{display:block;width:auto;padding:0}\n"
	".facts tr{display:block;padding:8px 0;border-bottom:1px solid "
	"var(--rule)}.facts th,.facts td,.cards th,.cards td{border:0}\n"
	".cards,.cards tbody{display:block}.cards thead{display:none}\n"
	".cards tr{display:block;padding:8px 0;border-bottom:1px solid "
	"var(--rule)}\n"
	".cards td{display:flex;justify-content:space-between;gap:16px;"
	"padding:2px 0;text-align:right;white-space:normal}\n"
	".cards td:before{content:attr(data-head);color:var(--soft);"
	"text-align:left}.cards td span{min-width:0;overflow-wrap:anywhere}\n"
	".cards td:empty{display:none}}\n"
	"@media print{body{font-size:11pt}main{max-width:none;padding:0}\n"
	"figure svg,figcaption,tr{break-inside:avoid}h2{break-after:avoid}\n"
	"figure{margin-top:28px}figure.half{grid-column:1/-1}\n"
	"figure.half svg{max-width:464px}.tiles{grid-template-columns:"
	"repeat(6,1fr);gap:6px}.tiles div{padding:6px 8px}\n"
	".tiles dd{font-size:13pt}.tiles small,.tiles dt{font-size:8pt}\n"
	".scroll{overflow:visible}table{font-size:8pt;width:100%}\n"
	"th{white-space:normal}th,td{padding-right:6px}\n"
	"details>*{display:block}details>summary{display:none}\n"
	"details::details-content{content-visibility:visible;display:block}"
	"}\n",
};

/* Tables sort by a click on a head; in print all numbers are open. Both are
 * extras: the page is whole without them. */
static const char script[] =
	"<script>\n"
	"(function(){\n"
	"function key(row,i){var s=row.cells[i]?row.cells[i].textContent:'',"
	"x=parseFloat(s.replace(/,/g,''));return isNaN(x)?s:x}\n"
	"function sort(th){var i=th.cellIndex,body=th.closest('table')."
	"tBodies[0],up=th.getAttribute('aria-sort')!=='ascending';\n"
	"var rows=Array.from(body.rows).sort(function(a,b){var x=key(a,i),"
	"y=key(b,i);\n"
	"var c=typeof x===typeof y?(x<y?-1:x>y?1:0):typeof x==='number'?-1:1;"
	"return up?c:-c});\n"
	"rows.forEach(function(r){body.appendChild(r)});\n"
	"Array.from(th.parentNode.cells).forEach(function(h){h.setAttribute("
	"'aria-sort','none')});\n"
	"th.setAttribute('aria-sort',up?'ascending':'descending')}\n"
	"document.querySelectorAll('thead th').forEach(function(th){"
	"th.setAttribute('aria-sort','none');th.tabIndex=0;\n"
	"th.addEventListener('click',function(){sort(th)});\n"
	"th.addEventListener('keydown',function(e){if(e.key==='Enter')"
	"sort(th)})});\n"
	"var shut=[];\n"
	"addEventListener('beforeprint',function(){shut=Array.from("
	"document.querySelectorAll('details:not([open])'));"
	"shut.forEach(function(d){d.open=true})});\n"
	"addEventListener('afterprint',function(){shut.forEach(function(d){"
	"d.open=false})});\n"
	"})();\n"
	"</script>\n";

void page_head(struct nas_text *t, const char *title)
{
	text_add(t, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
		    "<meta charset=\"utf-8\">\n" REPORT_MARK "\n"
		    "<meta name=\"viewport\" content=\"width=device-width,"
		    "initial-scale=1\">\n<link rel=\"icon\" href=\"data:,\">\n"
		    "<title>");
	text_escape(t, title);
	text_add(t, "</title>\n<style>\n");
	text_add(t, colours_light);
	text_add(t, colours_dark);
	for (size_t i = 0; i < sizeof(layout) / sizeof(layout[0]); i++)
		text_add(t, layout[i]);
	palette_css(t, PALETTE_PAGE);
	text_add(t, "</style>\n</head>\n<body>\n<main>\n");
}

void page_foot(struct nas_text *t, const struct report *r)
{
	text_add(t, r->comparison
			    ? "<footer>Made by <code>nas compare</code>. "
		    : r->pareto
			    ? "<footer>Made by <code>nas pareto</code>. "
		    : r->nruns == 0
			    ? "<footer>Made by <code>nas sweep --merge</code>. "
			    : "<footer>Made by <code>nas report</code> from "
			      "the files of the run alone. ");
	if (r->nruns == 1 && !r->run[0].meta)
		text_add(t, "Times and what the design cost are not on it, so "
			    "that the pages of two runs compare byte for byte: "
			    "<code>nas report DIR</code> draws it again with "
			    "them, from <code>meta.json</code>. ");
	text_add(t, "k, M, G are powers of 1000. BitOps are "
		    "multiply-accumulates times the bits of both operands. ");
	text_add(t, r->comparison
			    ? "Scores of two spaces compare where input and "
			      "stage weights are the same."
			    : "Scores compare only inside one search space.");
	text_add(t, "</footer>\n");
	page_end(t);
}

void page_end(struct nas_text *t)
{
	text_add(t, "</main>\n");
	text_add(t, script);
	text_add(t, "</body>\n</html>\n");
}
