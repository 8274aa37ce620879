namespace EdgeAgent.Pipeline.Upstream;

/// <summary>What the retained status says of the agent's work.</summary>
/// <param name="SourcesConnected">Sources that are subscribed.</param>
/// <param name="Sources">Sources that are configured.</param>
/// <param name="Devices">Devices heard of.</param>
/// <param name="OpenAnomalies">Anomalies that are open, of devices heard of since the start.</param>
/// <param name="Books">The books.</param>
internal readonly record struct AgentFigures(int SourcesConnected, int Sources, int Devices, long OpenAnomalies, Ledger Books);
