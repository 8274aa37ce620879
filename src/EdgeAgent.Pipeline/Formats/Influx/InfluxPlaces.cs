using System.Text;
using EdgeAgent.Pipeline.Formats.Documents;
using EdgeAgent.Pipeline.Formats.Names;

namespace EdgeAgent.Pipeline.Formats.Influx;

/// <summary>
/// The places of a line that names are made of, in the words of Telegraf's JSON: <c>payload.name</c> is the measurement,
/// <c>payload.tags.KEY</c> a tag.
/// </summary>
internal sealed class InfluxPlaces
{
    private readonly List<(byte[]? Tag, string Path)> _places = [];
    private readonly byte[] _scratch = new byte[NameBuffer.BytesLimit];

    /// <summary>Whether a line has such a place.</summary>
    public static bool IsPlace(string path) => path == "name" || TagOf(path) is not null;

    /// <summary>The number of a place among the captured texts.</summary>
    public int PartOf(NamePart part)
    {
        var number = _places.FindIndex(p => p.Path == part.Text);
        if (number >= 0) return number;
        if (_places.Count == CapturedTexts.PartLimit)
            throw new ArgumentException($"names ask for more than {CapturedTexts.PartLimit} places");
        _places.Add((part.Text == "name" ? null : Encoding.UTF8.GetBytes(TagOf(part.Text) ?? ""), part.Text));
        return _places.Count - 1;
    }

    /// <summary>Captures what a line has of them.</summary>
    public void Capture(in InfluxLine line, CapturedTexts texts)
    {
        if (_places.Count == 0) return;
        texts.Clear();
        for (var i = 0; i < _places.Count; i++)
            if (_places[i].Tag is null) texts.SetPart(i, InfluxText.Plain(line.Measurement, _scratch));
        var tags = new InfluxTags(line.Tags);
        while (tags.TryTake(out var key, out var value))
            CaptureTag(key, value, texts);
    }

    private void CaptureTag(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, CapturedTexts texts)
    {
        key = InfluxText.Plain(key, _scratch);
        for (var i = 0; i < _places.Count; i++)
        {
            if (_places[i].Tag is not { } wanted || !key.SequenceEqual(wanted)) continue;
            texts.SetPart(i, InfluxText.Plain(value, _scratch));
            // The key may lie where the value has been written to.
            return;
        }
    }

    /// <summary>The key of the tag that a path leads to; dots may be part of it.</summary>
    private static string? TagOf(string path) =>
        PathSyntax.TryParse(path) is [{ Name: "tags" }, _, ..] steps && steps.TrueForAll(s => s.Name is not null)
            ? string.Join('.', steps.Skip(1).Select(s => s.Name)) : null;
}
