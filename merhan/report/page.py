"""The HTML of a run's report: one file, no script, nothing fetched from elsewhere."""

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ recipe }} · merhan-balance</title>
<style>
:root { --ink: #1c1b2e; --soft: #68667d; --line: #e3e1ee; --paper: #fff; --tint: 88, 60, 190; --good: #1b7f5c; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ecebf5; --soft: #a09db8; --line: #34324a; --paper: #16152a; --tint: 150, 125, 255; --good: #56c9a0; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 2.5rem 1.5rem; background: var(--paper); color: var(--ink);
       font: 16px/1.55 system-ui, "Segoe UI", Roboto, sans-serif; }
h1 { font-size: 1.9rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2.4rem 0 .8rem; }
.soft { color: var(--soft); } .note { border-left: 4px solid rgba(var(--tint), .6); padding: .3rem 0 .3rem 1rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: 1rem; margin: 1.6rem 0; }
.figure { border: 1px solid var(--line); border-radius: .7rem; padding: .9rem 1rem; }
.figure b { display: block; font-size: 1.8rem; font-variant-numeric: tabular-nums; } .figure span { color: var(--soft); }
table + table { margin-top: 1.4rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; width: 100%; }
td, th { padding: .35rem .6rem; text-align: right; border-bottom: 1px solid var(--line); font-weight: 400; }
th:first-child, td:first-child { text-align: left; } thead th { color: var(--soft); }
.matrix td { text-align: center; border: 2px solid var(--paper); border-radius: 6px; }
.bar { background: rgba(var(--tint), .85); height: .75rem; border-radius: 3px; display: inline-block; vertical-align: middle; }
.bar.before { background: rgba(var(--tint), .3); }
.wide { width: 55%; text-align: left; } .scroll { overflow-x: auto; }
pre { background: rgba(var(--tint), .08); padding: 1rem; border-radius: .6rem; overflow-x: auto; font-size: .85rem; }
svg text { fill: var(--soft); font-size: 11px; }
</style>
</head>
<body>
<h1>{{ recipe }}</h1>
<p class="soft">{{ summary }}</p>
{% for text in notes %}<p class="note">{{ text }}</p>{% endfor %}

<div class="figures">
{% for name, value, hint in headline %}
  <div class="figure"><span>{{ name }}</span><b>{{ value }}</b><span>{{ hint }}</span></div>
{% endfor %}
</div>

<h2>Beside the yardstick</h2>
<p class="soft">Test UAR of a class-weighted logistic regression on the same pooled features, trained on the originals.</p>
<table><thead><tr><th>model</th><th>test UAR</th></tr></thead><tbody>
{% for name, value in beside %}<tr><td>{{ name }}</td><td>{{ value }}</td></tr>{% endfor %}
</tbody></table>

{% if members %}<h2>Members</h2>
<table><thead><tr><th>run</th><th>recipe</th><th>seed</th><th>dev UAR</th><th>test UAR</th></tr></thead><tbody>
{% for row in members %}<tr>{% for value in row %}<td>{{ value }}</td>{% endfor %}</tr>{% endfor %}
</tbody></table>{% endif %}

{% if classes %}<h2>Training classes, before and after</h2>
<table><thead><tr><th>class</th><th>originals</th><th>with copies</th><th class="wide"></th></tr></thead><tbody>
{% for row in classes %}
<tr><td>{{ row.name }}</td><td>{{ row.before }}</td><td>{{ row.after }}</td>
<td class="wide"><span class="bar before" style="width: {{ row.before_share }}%"></span><br>
<span class="bar" style="width: {{ row.after_share }}%"></span></td></tr>
{% endfor %}
</tbody></table>
<p class="soft">Imbalance ratio {{ ratio_before }} → {{ ratio_after }}.</p>{% endif %}


<h2>Confusion on the test split</h2>
<div class="scroll"><table class="matrix"><thead><tr><th>true ↓ predicted →</th>
{% for name in labels %}<th>{{ name }}</th>{% endfor %}<th>recall</th></tr></thead><tbody>
{% for row in matrix %}<tr><th>{{ row.name }}</th>
{% for cell in row.cells %}<td style="background: rgba(var(--tint), {{ cell.share }})">{{ cell.count }}</td>{% endfor %}
<td>{{ row.recall }}</td></tr>{% endfor %}
</tbody></table></div>

{% if curve %}<h2>Dev UAR by epoch</h2>
<svg viewBox="0 0 640 190" role="img" aria-label="dev UAR by epoch">
{% for y, name in curve.grid %}<line x1="40" x2="630" y1="{{ y }}" y2="{{ y }}" stroke="var(--line)"/>
<text x="4" y="{{ y + 4 }}">{{ name }}</text>{% endfor %}
<polyline points="{{ curve.points }}" fill="none" stroke="rgb(var(--tint))" stroke-width="2.5"/>
{% for x, y, name in curve.dots %}<circle cx="{{ x }}" cy="{{ y }}" r="4" fill="rgb(var(--tint))"/>
<text x="{{ x - 3 }}" y="184">{{ name }}</text>{% endfor %}
</svg>{% endif %}

{% if calibration %}<h2>Calibration</h2>
<p class="soft">{{ calibration.said }}</p>
{% if diagrams %}<svg viewBox="0 0 {{ diagrams[-1].right + 20 }} 300" style="max-width: 40rem" role="img" aria-label="accuracy by confidence, before and after calibration">
{% for panel in diagrams %}
<text x="{{ panel.left }}" y="14">{{ panel.title }}</text>
<rect x="{{ panel.left }}" y="{{ panel.top }}" width="{{ panel.right - panel.left }}" height="{{ panel.bottom - panel.top }}" fill="none" stroke="var(--line)"/>
<line x1="{{ panel.left }}" y1="{{ panel.bottom }}" x2="{{ panel.right }}" y2="{{ panel.top }}" stroke="var(--soft)" stroke-dasharray="4 4"/>
<polyline points="{{ panel.line }}" fill="none" stroke="rgb(var(--tint))" stroke-width="2"/>
{% for dot in panel.dots %}<circle cx="{{ dot.x }}" cy="{{ dot.y }}" r="{{ dot.r }}" fill="rgba(var(--tint), .75)"><title>{{ dot.said }}</title></circle>
{% endfor %}
{% for share, name in ((0, "0"), (0.5, "0.5"), (1, "1")) %}
<text x="{{ panel.left - 24 }}" y="{{ panel.bottom - share * (panel.bottom - panel.top) + 4 }}">{{ name }}</text>
<text x="{{ panel.left + share * (panel.right - panel.left) - 6 }}" y="{{ panel.bottom + 16 }}">{{ name }}</text>
{% endfor %}
<text x="{{ (panel.left + panel.right) / 2 - 34 }}" y="{{ panel.bottom + 34 }}">confidence</text>
<text transform="translate({{ panel.left - 36 }} {{ (panel.top + panel.bottom) / 2 + 12 }}) rotate(-90)">right</text>
{% endfor %}
</svg>{% endif %}
<table><thead><tr><th></th>{% for name in calibration.splits %}<th>{{ name }}</th>{% endfor %}</tr></thead><tbody>
{% for name, values in calibration.figures %}<tr><td>{{ name }}</td>{% for value in values %}<td>{{ value }}</td>{% endfor %}</tr>{% endfor %}
</tbody></table>
<table><thead><tr><th>class</th><th>bias</th><th>share of dev</th><th>share of train</th></tr></thead><tbody>
{% for row in calibration.classes %}<tr>{% for value in row %}<td>{{ value }}</td>{% endfor %}</tr>{% endfor %}
</tbody></table>{% endif %}

<h2>Cost</h2>
<table><tbody>{% for name, value in cost %}<tr><td>{{ name }}</td><td>{{ value }}</td></tr>{% endfor %}</tbody></table>

<h2>To repeat it</h2>
<pre>{{ command }}</pre>
<pre>{{ config }}</pre>
</body>
</html>
"""
