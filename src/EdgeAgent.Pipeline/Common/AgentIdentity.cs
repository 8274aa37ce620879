namespace EdgeAgent.Pipeline.Common;

/// <summary>Who this agent is: the names that stand in its topics and events.</summary>
/// <param name="Site">The plant that the gateway stands in.</param>
/// <param name="Agent">The gateway.</param>
internal readonly record struct AgentIdentity(string Site, string Agent);
