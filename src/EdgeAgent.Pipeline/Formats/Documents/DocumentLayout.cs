using EdgeAgent.Pipeline.Formats.Names;

namespace EdgeAgent.Pipeline.Formats.Documents;

/// <summary>Where in a source's payloads everything stands: its paths as trees.</summary>
internal sealed class DocumentLayout
{
    private readonly List<(bool IsOfRow, string Path)> _parts = [];

    /// <param name="source">The source.</param>
    /// <param name="channels">Has its listed channels.</param>
    public DocumentLayout(PayloadOptions source, ChannelTable channels)
    {
        HasRows = source.Rows is not null;
        Row = HasRows ? PathNode.Root() : Top;
        if (source.Rows is { } rows) Top.At(rows, node => node.Row = Row);
        Top.KeepKeys();
        MarkChannels(source, channels);
        if ((source.Times.Counter?.Path ?? source.Time) is { } time) Mark(time, PathMark.Time);
        if (source.SampleRatePath is { } rate) Mark(rate, PathMark.Rate);
        if (source.NamePath is { } name) Mark(name, PathMark.Name);
        if (source.ValuePath is { } value) Mark(value, PathMark.Value);
        if (source.Quality is { } quality) Mark(quality.Path, PathMark.Quality);
        var device = NameTemplate.Parse(source.Device);
        if (!device.IsOfTopic) Device = new BoundName(device, PartOf);
        if (source.Channel is { } channel) Channel = new BoundName(NameTemplate.Parse(channel), PartOf);
        Top.Complete();
        if (HasRows) Row.Complete();
    }

    /// <summary>What matters of the payload; the rows, where it has some.</summary>
    public PathNode Top { get; } = PathNode.Root();

    /// <summary>What matters of a row: the top itself, where the payload is one.</summary>
    public PathNode Row { get; }

    /// <summary>Whether rows have a path; otherwise the payload is one, or a list of them.</summary>
    public bool HasRows { get; }

    /// <summary>Names the device of a row; null: the topic does.</summary>
    public BoundName? Device { get; }

    /// <summary>Names the channel of a row's value, or begins the names of its channels; null: the row does.</summary>
    public BoundName? Channel { get; }

    private void MarkChannels(PayloadOptions source, ChannelTable channels)
    {
        foreach (var channel in source.Channels)
        {
            if (source.ValuePath is not null && channel.Path.Length == 0) continue;
            var slot = channels.Find(channel.Name);
            Row.At(channel.Path.Length > 0 ? channel.Path : channel.Name, node => node.Channel = slot);
        }
        if (source.ChannelsBelow is { Length: > 0 } below) Row.At(below, node => node.TakesAll = true);
        else if (source.ChannelsBelow is not null) Row.TakesAll = true;
    }

    /// <summary>Paths begin at the row, or at the top where they say so; without rows that is the same.</summary>
    private void Mark(string paths, PathMark mark)
    {
        foreach (var path in PathSyntax.Alternatives(paths))
            MarkOne(path, mark);
    }

    private void MarkOne(string path, PathMark mark)
    {
        var isFromTop = path.StartsWith(PathSyntax.FromTop, StringComparison.Ordinal);
        var node = isFromTop ? Top : Row;
        node.At(isFromTop ? path[PathSyntax.FromTop.Length..] : path is "." ? "" : path, n => n.Mark |= mark);
    }

    private int PartOf(NamePart part)
    {
        var isOfRow = part.Place == NamePlace.Row || !HasRows;
        var number = _parts.IndexOf((isOfRow, part.Text));
        if (number >= 0) return number;
        number = _parts.Count;
        if (number == CapturedTexts.PartLimit) throw new ArgumentException($"names ask for more than {CapturedTexts.PartLimit} places");
        _parts.Add((isOfRow, part.Text));
        (isOfRow ? Row : Top).At(part.Text, node => node.Part = number);
        return number;
    }
}
