using System.Text;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Rules;

namespace EdgeAgent.Pipeline.Detection.Decisions;

/// <summary>A rule whose variables are tied to <c>score</c> and to the channels of a reading. Owned by a lane.</summary>
internal sealed class BoundRule
{
    private const int ScorePosition = -2;
    private const int UnknownPosition = -1;

    private readonly Rule _rule;
    private readonly string[] _names;
    private readonly int[] _positions;
    private readonly float[] _numbers;
    private readonly IGate? _gate;

    public BoundRule(RuleOptions options, IGate? gate = null)
    {
        _gate = gate;
        _rule = Rule.Parse(options.When);
        Name = options.Name.Length > 0 ? options.Name : options.When;
        Severity = options.Severity;
        Gpio = options.Gpio;
        Key = BitConverter.ToUInt32(Sha256.Hash(Encoding.UTF8.GetBytes(Name))) | 1;
        // Readings hold numbers only; a configuration that compares a channel with a text is refused.
        _names = [.. _rule.Variables.Where(v => v.Kind == RuleKind.Number).Select(v => v.Name)];
        _positions = [.. _names.Select(n => n == "score" ? ScorePosition : UnknownPosition)];
        _numbers = new float[_names.Length];
    }

    public string Name { get; }
    /// <summary>Stands for the name where that would be too long; never 0.</summary>
    public uint Key { get; }
    public Severity Severity { get; }
    public GpioOptions? Gpio { get; }

    public void Bind(ChannelNames channels)
    {
        for (var i = 0; i < _names.Length; i++)
            if (_positions[i] != ScorePosition)
                _positions[i] = channels.IndexOf(_names[i]);
    }

    /// <summary>
    /// Whether the rule holds for a judged reading; what the reading lacks makes comparisons false, and a closed gate the whole rule.
    /// </summary>
    public bool Holds(float score, ReadOnlySpan<float> values)
    {
        if (_gate is { IsOpen: false }) return false;
        for (var i = 0; i < _numbers.Length; i++)
            _numbers[i] = _positions[i] switch
            {
                ScorePosition => score,
                var position and >= 0 when position < values.Length => values[position],
                _ => float.NaN,
            };
        return _rule.Evaluate(_numbers);
    }
}
