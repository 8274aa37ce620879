using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Pipeline.Delivery.Mqtt;

/// <summary>What the retained status says of the agent's work.</summary>
/// <param name="SourcesConnected">Sources that are subscribed.</param>
/// <param name="Sources">Sources that are configured.</param>
/// <param name="Devices">Devices seen.</param>
/// <param name="OpenAnomalies">Anomalies that are open, of devices seen since the start.</param>
/// <param name="Ledger">Where every message and event is.</param>
internal readonly record struct AgentFigures(int SourcesConnected, int Sources, int Devices, long OpenAnomalies, Ledger Ledger)
{
    /// <summary>How many things are wrong with models, sources and detectors.</summary>
    public int Troubles { get; init; }
    /// <summary>The first of them; null: there is none.</summary>
    public string? Trouble { get; init; }
}
