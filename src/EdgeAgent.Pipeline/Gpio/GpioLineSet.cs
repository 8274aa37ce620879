using EdgeAgent.Pipeline.Detection.Decisions;

namespace EdgeAgent.Pipeline.Gpio;

/// <summary>The lines that one configuration names. Immutable.</summary>
/// <param name="Outputs">Alarm outputs by their line.</param>
/// <param name="Gates">Input lines.</param>
internal sealed record GpioLineSet(Dictionary<LineChoice, AlarmLine> Outputs, GateLine[] Gates)
{
    public static readonly GpioLineSet None = new([], []);

    public IEnumerable<HeldLine> All => Outputs.Values.Select(o => o.Line).Concat(Gates.Select(g => g.Line));

    public IReadOnlyDictionary<string, IGate> GatesByName => Gates.ToDictionary(g => g.Options.Name, IGate (g) => g);
}
