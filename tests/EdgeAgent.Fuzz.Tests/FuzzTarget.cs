namespace EdgeAgent.Fuzz;

/// <summary>
/// A parser of bytes from outside. It may refuse what it gets in the ways that it documents; whatever else it throws is a finding,
/// and so is what makes it hang.
/// </summary>
/// <param name="Name">Also that of its corpus, <c>Corpora/NAME.txt</c>.</param>
/// <param name="Run">Takes one input.</param>
internal sealed record FuzzTarget(string Name, Action<byte[]> Run)
{
    /// <summary>Longer inputs show nothing that shorter ones do not.</summary>
    public const int InputLimit = 64 * 1024;

    /// <summary>All of them, in the order of the way that bytes take.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
        [.. MqttTargets.All, .. FormatTargets.All, .. FileTargets.All, .. TextTargets.All];

    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static FuzzTarget Of(string name) => All.FirstOrDefault(t => t.Name == name)
        ?? throw new ArgumentException($"{name}: no such target; there are {string.Join(", ", All.Select(t => t.Name))}");
}
