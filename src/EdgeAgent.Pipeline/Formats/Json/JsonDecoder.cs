using System.Text;
using System.Text.Json;

namespace EdgeAgent.Pipeline.Formats.Json;

/// <summary>
/// Reads a JSON payload into one float a channel, without allocating; arrays of samples make it many readings, one a row.
/// Belongs to a source's loop.
/// </summary>
internal sealed class JsonDecoder : IPayloadDecoder
{
    private const string PayloadPrefix = "payload.";

    private readonly PayloadPath _root = PayloadPath.Root();
    private readonly bool _wantsTime;
    private readonly (float Min, float Max)[] _ranges;
    private readonly SampleBlock _block = new();
    private readonly SampleClock _clock;
    private readonly byte[][]? _devicePath;
    private float[] _values;
    private long _timeTicks;
    private bool _hasTime;
    private int _found;
    private DecodeFailure _failure;
    private bool _sawArray;

    public JsonDecoder(PayloadOptions source)
    {
        Channels = new ChannelTable(Math.Max(source.ChannelLimit, source.Channels.Count));
        foreach (var channel in source.Channels)
            _root.At(channel.Path.Length > 0 ? channel.Path : channel.Name).Channel = Channels.Find(channel.Name);
        _ranges = [.. source.Channels.Select(c => (c.Min ?? float.NegativeInfinity, c.Max ?? float.PositiveInfinity))];
        _values = new float[Math.Max(16, Channels.Count)];
        if (source.ChannelsBelow is not null) _root.At(source.ChannelsBelow).TakesAll = true;
        _clock = new SampleClock(source);
        if (source.Device.StartsWith(PayloadPrefix, StringComparison.Ordinal))
            _devicePath = [.. source.Device[PayloadPrefix.Length..].Split('.').Select(Encoding.UTF8.GetBytes)];
        if (source.SampleRatePath is not null) _root.At(source.SampleRatePath).IsRate = true;
        if (source.Time is null) return;
        _wantsTime = true;
        _root.At(source.Time).IsTime = true;
    }

    public ChannelTable Channels { get; }

    public bool NamesDevices => _devicePath is not null;

    private ReadOnlySpan<float> Values => _values.AsSpan(0, Channels.Count);

    public DecodeFailure Decode(ReadOnlySpan<byte> payload, long arrivalTicks, DecodedRows rows)
    {
        if (_devicePath is not null)
        {
            if (!PayloadDevice.TryFind(payload, _devicePath, out var name)) return DecodeFailure.NoDevice;
            rows.BeginDevice(name);
        }
        var failure = Read(payload, arrivalTicks);
        if (failure != DecodeFailure.None) return failure;
        if (_block.Rows == 0) rows.Add(_timeTicks, Values);
        for (var row = 0; row < _block.Rows; row++)
        {
            // What is no array is the same in all rows.
            _block.CopyRow(row, _values);
            rows.Add(_clock.Ticks(_timeTicks, row, _block.Rows), Values);
        }
        return DecodeFailure.None;
    }

    private DecodeFailure Read(ReadOnlySpan<byte> payload, long arrivalTicks)
    {
        _timeTicks = arrivalTicks;
        _hasTime = false;
        _found = 0;
        _failure = DecodeFailure.None;
        _sawArray = false;
        _block.Clear();
        _clock.Clear();
        Array.Fill(_values, float.NaN);
        try
        {
            var reader = new Utf8JsonReader(payload);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return DecodeFailure.NotAnObject;
            ReadObject(ref reader, _root);
            // Junk behind the object makes the reader throw here.
            if (_failure == DecodeFailure.None && reader.Read()) return DecodeFailure.BadJson;
        }
        // A name with half a surrogate pair or broken UTF-8 among its escapes is an InvalidOperationException to the reader.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return DecodeFailure.BadJson;
        }
        if (_failure != DecodeFailure.None) return _failure;
        if (_wantsTime && !_hasTime) return DecodeFailure.BadTime;
        if (_block.Rows > 0) return _clock.HasRate ? DecodeFailure.None : DecodeFailure.BadSampleRate;
        if (_found > 0) return DecodeFailure.None;
        return _sawArray ? DecodeFailure.BlockWithoutRate : DecodeFailure.NoChannels;
    }

    private void ReadObject(ref Utf8JsonReader reader, PayloadPath node)
    {
        var guess = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var child = reader.ValueIsEscaped ? ChildOfEscaped(ref reader, node) : node.Child(reader.ValueSpan);
            if (child is not null)
                ReadKnown(ref reader, child);
            else if (node.TakesAll)
                guess = ReadDiscovered(ref reader, guess);
            else
                SkipValue(ref reader);
        }
    }

    private void ReadKnown(ref Utf8JsonReader reader, PayloadPath node)
    {
        reader.Read();
        if (node.IsTime) _hasTime = EventTime.TryRead(ref reader, ref _timeTicks);
        if (node.IsRate) _clock.Take(Number(ref reader));
        if (node.Channel >= 0) ReadChannel(ref reader, node.Channel);
        if (reader.TokenType == JsonTokenType.StartObject && node.HasChildren)
            ReadObject(ref reader, node);
        else
            reader.Skip();
    }

    private int ReadDiscovered(ref Utf8JsonReader reader, int guess)
    {
        var name = reader.ValueIsEscaped ? Unescape(ref reader) : reader.ValueSpan;
        reader.Read();
        if (reader.TokenType is not JsonTokenType.Number && !IsBlock(ref reader))
        {
            reader.Skip();
            return guess;
        }
        var position = Channels.Find(name, guess);
        if (position >= 0)
        {
            ReadChannel(ref reader, position);
            return position + 1;
        }
        _failure = DecodeFailure.TooManyChannels;
        reader.Skip();
        return 0;
    }

    private void ReadChannel(ref Utf8JsonReader reader, int channel)
    {
        if (!IsBlock(ref reader))
        {
            Store(channel, Number(ref reader));
            return;
        }
        // The place must be there, whatever the row.
        Store(channel, float.NaN);
        var failure = _block.Read(ref reader, channel, RangeOf(channel));
        if (_failure == DecodeFailure.None) _failure = failure;
    }

    private bool IsBlock(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray) return false;
        if (_clock.IsOn) return true;
        var first = reader;
        _sawArray |= first.Read() && first.TokenType == JsonTokenType.Number;
        return false;
    }

    private void Store(int channel, float value)
    {
        if (channel >= _values.Length)
        {
            var known = _values.Length;
            Array.Resize(ref _values, Math.Max(channel + 1, known * 2));
            _values.AsSpan(known).Fill(float.NaN);
        }
        var (min, max) = RangeOf(channel);
        if (value < min || value > max) value = float.NaN;
        _values[channel] = value;
        if (!float.IsNaN(value)) _found++;
    }

    private (float Min, float Max) RangeOf(int channel) =>
        channel < _ranges.Length ? _ranges[channel] : (float.NegativeInfinity, float.PositiveInfinity);

    /// <summary>The number or boolean at the reader; NaN for anything else and for numbers beyond a float.</summary>
    private static float Number(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Number when reader.TryGetSingle(out var value) && float.IsFinite(value) => value,
        JsonTokenType.True => 1,
        JsonTokenType.False => 0,
        _ => float.NaN,
    };

    private static void SkipValue(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }

    // Escapes in names are rare, so their copies may be allocated.
    private static PayloadPath? ChildOfEscaped(ref Utf8JsonReader reader, PayloadPath node) => node.Child(Unescape(ref reader));

    private static ReadOnlySpan<byte> Unescape(ref Utf8JsonReader reader)
    {
        var copy = new byte[reader.ValueSpan.Length];
        return copy.AsSpan(0, reader.CopyString(copy));
    }
}
