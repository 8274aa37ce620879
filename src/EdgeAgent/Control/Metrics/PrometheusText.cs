using System.Globalization;
using System.Text;

namespace EdgeAgent.Control.Metrics;

/// <summary>Writes Prometheus' text format 0.0.4, https://prometheus.io/docs/instrumenting/exposition_formats/.</summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();
    private string _family = "";

    public PrometheusText Counter(string name, string help) => Begin(name, "counter", help);

    public PrometheusText Gauge(string name, string help) => Begin(name, "gauge", help);

    public PrometheusText Histogram(string name, string help) => Begin(name, "histogram", help);

    /// <summary>A value of the family that was begun last.</summary>
    public PrometheusText Value(double value, params ReadOnlySpan<(string Name, string Value)> labels) => Sample("", value, labels);

    public PrometheusText Value(bool value, params ReadOnlySpan<(string Name, string Value)> labels) => Sample("", value ? 1 : 0, labels);

    /// <summary>The buckets of one histogram, its sum and its count.</summary>
    /// <param name="bounds">Upper bounds of all buckets but the last.</param>
    /// <param name="counts">What fell into each, not added up.</param>
    /// <param name="sum">Of all values.</param>
    /// <param name="label">Tells it from the others of its family.</param>
    public PrometheusText Buckets(ReadOnlySpan<double> bounds, ReadOnlySpan<long> counts, double sum, (string Name, string Value) label)
    {
        long below = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            below += counts[i];
            Sample("_bucket", below, [label, ("le", i < bounds.Length ? Number(bounds[i]) : "+Inf")]);
        }
        return Sample("_sum", sum, [label]).Sample("_count", below, [label]);
    }

    public byte[] ToBytes() => Encoding.UTF8.GetBytes(_text.ToString());

    private PrometheusText Begin(string name, string type, string help)
    {
        _family = name;
        _text.Append("# HELP ").Append(name).Append(' ').Append(help.Replace("\\", "\\\\").Replace("\n", "\\n")).Append('\n');
        _text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        return this;
    }

    private PrometheusText Sample(string suffix, double value, ReadOnlySpan<(string Name, string Value)> labels)
    {
        _text.Append(_family).Append(suffix);
        for (var i = 0; i < labels.Length; i++)
            _text.Append(i == 0 ? '{' : ',').Append(labels[i].Name).Append("=\"").Append(Escaped(labels[i].Value)).Append('"');
        if (labels.Length > 0) _text.Append('}');
        _text.Append(' ').Append(Number(value)).Append('\n');
        return this;
    }

    private static string Escaped(string value) => value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
