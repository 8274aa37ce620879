namespace EdgeAgent.Pipeline.Events;

/// <summary>How bad an anomaly is.</summary>
public enum Severity { Info, Warning, Critical }
