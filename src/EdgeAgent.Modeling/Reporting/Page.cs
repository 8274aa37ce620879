using System.Globalization;
using System.Net;
using System.Text;

namespace EdgeAgent.Modeling.Reporting;

/// <summary>Writes one HTML page: headings, paragraphs, tables, pictures. All text is escaped; numbers have a decimal point.</summary>
internal sealed class Page
{
    private readonly StringBuilder _text = new();

    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A coordinate, as short as it may be.</summary>
    public static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    public Page Heading(string text) => Raw($"<h2>{Escape(text)}</h2>\n");

    public Page Small(string text) => Raw($"<h3>{Escape(text)}</h3>\n");

    public Page Paragraph(string text) => Raw($"<p>{Escape(text)}</p>\n");

    public Page Items(IEnumerable<string> items) => Raw($"<ul>{string.Concat(items.Select(i => $"<li>{Escape(i)}</li>"))}</ul>\n");

    /// <summary>A list that is opened by a click, where it is long.</summary>
    public Page Folded(string title, IReadOnlyList<string> items, int limit)
    {
        var shown = items.Take(limit).ToList();
        if (items.Count > limit) shown.Add($"and {items.Count - limit} more");
        return items.Count == 0 ? this
            : Raw($"<details{(items.Count <= 8 ? " open" : "")}><summary>{Escape(title)}</summary>").Items(shown).Raw("</details>\n");
    }

    /// <param name="head">First row.</param>
    /// <param name="rows">The others; the first cell of each is its name.</param>
    public Page Table(string[] head, IEnumerable<string[]> rows)
    {
        Raw("<div class=\"wide\"><table><thead><tr>");
        foreach (var cell in head) Raw($"<th>{Escape(cell)}</th>");
        Raw("</tr></thead><tbody>");
        foreach (var row in rows)
            Raw($"<tr>{string.Concat(row.Select(c => $"<td>{Escape(c)}</td>"))}</tr>");
        return Raw("</tbody></table></div>\n");
    }

    public Page Raw(string html)
    {
        _text.Append(html);
        return this;
    }

    public string Finish(string title) => $$"""
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>{{Escape(title)}}</title>
        <style>{{Style}}</style></head>
        <body><main>
        {{_text}}</main></body></html>
        """;

    private const string Style = """
        :root{color-scheme:light dark;--ink:#1d2129;--soft:#4b5361;--paper:#fff;--strip:#f4f5f8;--line:#1f4e79;--grid:#c5cad3;--limit:#a3123f;--event:#e69f00;--label:#0072b2;--good:#00745a;--careful:#9a6700;--bad:#b3123f;--bar:#4a86b8;--learned:#6b7280}
        @media (prefers-color-scheme:dark){:root{--ink:#e7eaef;--soft:#aab3c0;--paper:#14171c;--strip:#1e232b;--line:#9ccaff;--grid:#3a414c;--limit:#ff86ad;--event:#f2b134;--label:#5db7f5;--good:#2fd3a2;--careful:#f2b134;--bad:#ff7aa5;--bar:#5f9bd0;--learned:#b9c0cc}}
        body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
        main{max-width:1000px;margin:0 auto;padding:16px 20px 48px}
        h1{font-size:26px;margin:8px 0 2px}h2{font-size:19px;margin:34px 0 6px;border-top:1px solid var(--grid);padding-top:14px}h3{font-size:14px;margin:18px 0 2px}
        p{margin:6px 0;color:var(--soft)}ul{margin:6px 0;padding-left:22px}li{margin:2px 0;overflow-wrap:anywhere}summary{cursor:pointer;margin:6px 0}
        .verdict{border-left:6px solid;border-radius:4px;background:var(--strip);padding:10px 16px;margin:14px 0}.verdict b{font-size:18px}.verdict ul{list-style:none;padding:0}
        .verdict li{padding-left:26px;position:relative;margin:5px 0}.verdict li:before{position:absolute;left:2px;font-weight:700}
        .good{border-color:var(--good)}.careful{border-color:var(--careful)}.bad{border-color:var(--bad)}
        li.good:before{content:"✓";color:var(--good)}li.careful:before{content:"!";color:var(--careful);left:6px!important}li.bad:before{content:"✗";color:var(--bad)}
        .wide{overflow-x:auto}table{border-collapse:collapse;margin:8px 0;font-size:14px}th,td{padding:3px 12px 3px 0;text-align:right;border-bottom:1px solid var(--grid);white-space:nowrap}
        th{white-space:normal;vertical-align:bottom}.last-wraps td:last-child,.last-wraps th:last-child{white-space:normal;text-align:left;min-width:280px}
        th:first-child,td:first-child{text-align:left;white-space:normal;overflow-wrap:anywhere;min-width:120px}th{color:var(--soft);font-weight:600}
        svg{display:block;width:100%;height:auto;margin:4px 0}svg text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:var(--soft)}svg .name{fill:var(--ink)}svg .end{text-anchor:end}svg .mid{text-anchor:middle}
        .strip{fill:var(--strip)}.trace{fill:none;stroke:var(--line);stroke-width:1.1;stroke-linejoin:round}.limit{stroke:var(--limit);stroke-width:1.4;stroke-dasharray:6 4}.grid{stroke:var(--grid)}
        .event{fill:var(--event)}.tint{fill:var(--event);fill-opacity:.18}.label{fill:var(--label)}.learned{fill:var(--learned);fill-opacity:.25}.bar{fill:var(--bar)}.key{display:flex;flex-wrap:wrap;gap:4px 18px;color:var(--soft);font-size:13px}
        .key span:before{content:"";display:inline-block;width:14px;height:10px;margin-right:6px;border-radius:2px;background:var(--c)}
        """;
}
