using EdgeAgent.Pipeline.Formats.Times;

namespace EdgeAgent.Pipeline.Formats.SparkplugB;

/// <summary>
/// Makes readings of the metrics of one payload, and keeps what a birth tells of them. Metrics of one time that follow each other are
/// one reading; those of templates are called <c>METRIC/MEMBER</c>. Belongs to a decoder.
/// </summary>
internal sealed class SparkplugReadings(PayloadOptions source, ChannelTable channels, SparkplugNames names)
{
    private const int TemplateMetricsField = 2, TemplateDefinitionField = 5;
    private const int TemplateDepthLimit = 4;

    private readonly NamedChannels _channels = new(source, channels, '/');
    private readonly SparkplugNumbers _numbers = new(source);
    private readonly MetricPath _path = new();
    private SparkplugDataSet? _dataSet;
    private SparkplugMetrics _metrics = null!;
    private DecodedRows _rows = null!;
    private SparkplugKind _kind;
    private int _device;
    private long _ticks;
    private int _guess;

    /// <summary>Metrics that only a birth would explain.</summary>
    public int Unknown { get; private set; }

    /// <summary>Metrics that a channel asks for and that are null, of bad quality or no number.</summary>
    public int Unusable { get; private set; }

    /// <summary>Event time of a timestamp; false, and the ticks as they were: it is none.</summary>
    public static bool TryTime(ulong timestamp, ref long ticks) =>
        timestamp is > 0 and <= long.MaxValue && UnixTicks.TryRead((long)timestamp, ref ticks);

    /// <summary>Begins a payload.</summary>
    /// <param name="metrics">What births told.</param>
    /// <param name="device">Whose it is in <paramref name="rows"/>; −1: nobody's, only what a birth tells is wanted.</param>
    /// <param name="ticks">Event time of metrics without one.</param>
    /// <param name="kind">Whether it is a birth.</param>
    /// <param name="rows">Takes the readings.</param>
    public void Begin(SparkplugMetrics metrics, int device, long ticks, SparkplugKind kind, DecodedRows rows)
    {
        (_metrics, _device, _ticks, _kind, _rows) = (metrics, device, ticks, kind, rows);
        (Unknown, Unusable, _guess) = (0, 0, 0);
        _path.Clear();
    }

    /// <summary>Takes a metric.</summary>
    public DecodeFailure Take(ReadOnlySpan<byte> bytes)
    {
        if (!SparkplugMetric.TryRead(bytes, out var metric)) return DecodeFailure.BadSparkplug;
        if (!metric.Name.IsEmpty) return TakeNamed(metric, _ticks, 0);
        if (!metric.HasAlias || !_metrics.TryFind(metric.Alias, out var known))
        {
            Unknown++;
            return DecodeFailure.None;
        }
        // Nobody asked for it.
        if (known.Name < 0) return DecodeFailure.None;
        _guess = names.Guess(known.Name);
        var failure = Take(metric, names[known.Name], metric.Type == SparkplugType.Unknown ? known.Type : metric.Type, _ticks, 0);
        if (_guess > 0) names.NoteSlot(known.Name, _guess - 1);
        return failure;
    }

    private DecodeFailure TakeNamed(in SparkplugMetric metric, long ticks, int depth)
    {
        var way = _path.Push(metric.Name);
        var name = _path.Name;
        var type = metric.Type;
        var failure = DecodeFailure.None;
        if (_kind == SparkplugKind.Birth) failure = Remember(metric, name);
        else if (type == SparkplugType.Unknown) type = KnownType(metric, name);
        if (failure == DecodeFailure.None) failure = Take(metric, name, type, ticks, depth);
        _path.Pop(way);
        return failure;
    }

    private uint KnownType(in SparkplugMetric metric, ReadOnlySpan<byte> name)
    {
        if (metric.HasAlias && _metrics.TryFind(metric.Alias, out var known)) return known.Type;
        var number = names.Find(name);
        return number < 0 ? SparkplugType.Unknown : _metrics.TypeOf(number);
    }

    private DecodeFailure Remember(in SparkplugMetric metric, ReadOnlySpan<byte> name)
    {
        var isWanted = metric.Type is SparkplugType.DataSet or SparkplugType.Template
            || (SparkplugType.MayBeNumber(metric.Type) && _channels.Wants(name) && !IsControl(name));
        var number = isWanted ? names.Add(name) : -1;
        if (isWanted && number < 0) return names.IsFull ? DecodeFailure.TooManyChannels : DecodeFailure.NameTooLong;
        if (metric.HasAlias) _metrics.AddAlias(metric.Alias, number, metric.Type);
        // Data may name the metric all the same, and leave its type to the birth.
        if (number >= 0) _metrics.AddType(number, metric.Type);
        return DecodeFailure.None;
    }

    private DecodeFailure Take(in SparkplugMetric metric, ReadOnlySpan<byte> name, uint type, long ticks, int depth)
    {
        if (!SparkplugQuality.TryRead(metric.Properties, out var isGood)) return DecodeFailure.BadSparkplug;
        TryTime(metric.Timestamp, ref ticks);
        if (!metric.Template.IsEmpty) return TakeTemplate(metric, name, ticks, depth);
        if (_device < 0 || IsControl(name)) return DecodeFailure.None;
        if (metric.IsNull || !isGood)
        {
            if (SparkplugType.IsNumber(type) && _channels.Wants(name)) Unusable++;
            return DecodeFailure.None;
        }
        _rows.IsHistorical = metric.IsHistorical;
        if (!metric.DataSet.IsEmpty) return TakeDataSet(metric.DataSet, name, ticks);
        if (metric.Value.Form == SparkplugForm.None || !SparkplugType.MayBeNumber(type)) return DecodeFailure.None;
        return Add(metric.Value, name, type, ticks);
    }

    private DecodeFailure Add(in SparkplugValue value, ReadOnlySpan<byte> name, uint type, long ticks)
    {
        if (!_channels.Wants(name)) return DecodeFailure.None;
        if (!_numbers.TryRead(value, type, _channels.IsListed(name), out var number))
        {
            Unknown++;
            return DecodeFailure.None;
        }
        // A channel is one that had a number.
        if (float.IsNaN(number))
        {
            if (SparkplugType.IsNumber(type)) Unusable++;
            return DecodeFailure.None;
        }
        var slot = _channels.Find(name, _guess, out _);
        if (slot == NamedChannels.Full) return channels.Refusal;
        _guess = slot + 1;
        _rows.Add(_device, ticks, slot, number);
        return DecodeFailure.None;
    }

    private DecodeFailure TakeDataSet(ReadOnlySpan<byte> dataSet, ReadOnlySpan<byte> name, long ticks)
    {
        _dataSet ??= new SparkplugDataSet(_channels, _numbers, _path);
        // The name of an alias is not on the path yet.
        var isOnPath = _path.Name.SequenceEqual(name);
        var way = isOnPath ? 0 : _path.Push(name);
        var failure = _dataSet.Take(dataSet, _device, ticks, _rows);
        if (!isOnPath) _path.Pop(way);
        return failure;
    }

    private DecodeFailure TakeTemplate(in SparkplugMetric metric, ReadOnlySpan<byte> name, long ticks, int depth)
    {
        if (depth == TemplateDepthLimit) return DecodeFailure.BadSparkplug;
        if (!TryIsDefinition(metric.Template, out var isDefinition)) return DecodeFailure.BadSparkplug;
        // A definition has no values, and its name is that of a kind of machine.
        if (isDefinition) return DecodeFailure.None;
        var isOnPath = _path.Name.SequenceEqual(name);
        var way = isOnPath ? 0 : _path.Push(name);
        var failure = DecodeFailure.None;
        var reader = new ProtobufReader(metric.Template);
        while (failure == DecodeFailure.None && reader.Read())
        {
            if (reader.Field != TemplateMetricsField) continue;
            if (reader.Type != WireType.Bytes || !SparkplugMetric.TryRead(reader.Bytes, out var member))
                failure = DecodeFailure.BadSparkplug;
            // The specification gives members no aliases.
            else if (!member.Name.IsEmpty)
                failure = TakeNamed(member, ticks, depth + 1);
        }
        if (!isOnPath) _path.Pop(way);
        return failure;
    }

    private static bool TryIsDefinition(ReadOnlySpan<byte> template, out bool isDefinition)
    {
        isDefinition = false;
        var reader = new ProtobufReader(template);
        while (reader.Read())
            if (reader.Field == TemplateDefinitionField) isDefinition = reader.Number != 0;
        return !reader.IsBroken;
    }

    /// <summary>Metrics by which hosts command a node, and the number of its birth, are no readings.</summary>
    private static bool IsControl(ReadOnlySpan<byte> name) =>
        name.StartsWith("Node Control/"u8) || name.StartsWith("Device Control/"u8) || name.SequenceEqual(BirthNumber.Name);
}
