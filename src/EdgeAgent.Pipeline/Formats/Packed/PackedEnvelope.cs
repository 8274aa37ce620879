using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using EdgeAgent.Pipeline.Formats.Documents;
using EdgeAgent.Pipeline.Formats.Json;
using EdgeAgent.Pipeline.Formats.Names;
using EdgeAgent.Pipeline.Formats.Times;

namespace EdgeAgent.Pipeline.Formats.Packed;

/// <summary>
/// Takes frames out of a JSON payload in which they are written as text, as LoRaWAN network servers send them, and with them event
/// time and the parts of the device's name. Memory grows to the largest payload and is used again.
/// </summary>
internal sealed class PackedEnvelope : IPlaceSink
{
    private readonly PathNode _top = PathNode.Root();
    private readonly List<string> _parts = [];
    private readonly PackedText _encoding;
    private readonly CapturedTexts _captured = new();
    private byte[] _scratch = new byte[1024];
    private byte[] _bytes = new byte[1024];
    private int _length;
    private bool _isFound;
    private bool _isBad;
    private readonly RowTimes _times;
    private long _arrivalTicks;
    private RowTime _time;

    public PackedEnvelope(PayloadOptions source, PackedOptions options)
    {
        _encoding = options.Encoding;
        _top.At(options.In!, node => node.Mark = PathMark.Value);
        _times = new RowTimes(source);
        if ((source.Times.Counter?.Path ?? source.Time) is { } time)
            _top.At(time.StartsWith(PathSyntax.FromTop, StringComparison.Ordinal) ? time[2..] : time,
            node => node.Mark |= PathMark.Time);
        var device = NameTemplate.Parse(source.Device);
        if (!device.IsOfTopic) Device = new BoundName(device, PartOf);
        _top.Complete();
    }

    /// <summary>Names the device; null: the topic does.</summary>
    public BoundName? Device { get; }

    /// <summary>What the device's name is made of.</summary>
    public CapturedTexts Texts => _captured;

    /// <summary>The frames that were read.</summary>
    public ReadOnlySpan<byte> Frames => _bytes.AsSpan(0, _length);

    /// <summary>Event time, as far as the source asks for one; otherwise that of arrival.</summary>
    public DecodeFailure Settle(ReadOnlySpan<byte> device, TimeTally tally, out long ticks) =>
        _times.Settle(_time, device, _arrivalTicks, tally, out ticks);

    public DecodeFailure Read(ReadOnlySpan<byte> payload, long arrivalTicks)
    {
        (_arrivalTicks, _time) = (arrivalTicks, default);
        payload = JsonRepair.Trim(payload);
        if (payload.IsEmpty) return DecodeFailure.Empty;
        if (_scratch.Length < payload.Length) _scratch = new byte[Math.Max(payload.Length, 2 * _scratch.Length)];
        (_isFound, _isBad, _length) = (false, false, 0);
        _captured.Clear();
        try
        {
            var reader = new JsonTokens(payload, _scratch);
            while (reader.Read())
                PlaceWalk.Read(ref reader, _top, this);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return DecodeFailure.BadJson;
        }
        return _isBad ? DecodeFailure.BadEncoding : _isFound ? DecodeFailure.None : DecodeFailure.NoFrame;
    }

    void IPlaceSink.Take<TReader>(ref TReader reader, PathNode node)
    {
        if (node.Part >= 0 && reader.Kind is JsonTokenType.String or JsonTokenType.Number) _captured.SetPart(node.Part, reader.Text);
        if ((node.Mark & PathMark.Time) != 0) _time = _times.Read(ref reader, _arrivalTicks);
        if ((node.Mark & PathMark.Value) != 0 && reader.Kind == JsonTokenType.String) Take(reader.Text);
    }

    private void Take(ReadOnlySpan<byte> text)
    {
        _isFound = true;
        if (_bytes.Length < text.Length) _bytes = new byte[Math.Max(text.Length, 2 * _bytes.Length)];
        var status = _encoding == PackedText.Hex
            ? Convert.FromHexString(text, _bytes, out _, out _length) : Base64.DecodeFromUtf8(text, _bytes, out _, out _length);
        _isBad = status != OperationStatus.Done;
    }

    private int PartOf(NamePart part)
    {
        var number = _parts.IndexOf(part.Text);
        if (number >= 0) return number;
        number = _parts.Count;
        if (number == CapturedTexts.PartLimit) throw new ArgumentException($"names ask for more than {CapturedTexts.PartLimit} places");
        _parts.Add(part.Text);
        _top.At(part.Text, node => node.Part = number);
        return number;
    }
}
