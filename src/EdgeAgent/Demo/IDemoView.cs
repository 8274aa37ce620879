namespace EdgeAgent.Demo;

/// <summary>How the demo is shown: a live picture, plain lines, or lines of JSON.</summary>
internal interface IDemoView
{
    /// <summary>How often <see cref="Show"/> is to be called.</summary>
    TimeSpan Interval { get; }
    void Begin(string brokerUrl, DemoPlant plant, double speed);
    void Show(DemoSnapshot snapshot, DemoStatistics statistics);
    /// <summary>An event has arrived at the consumer. Called on the consumer's thread.</summary>
    void Event(DemoEvent demoEvent);
    void End(DemoSnapshot snapshot, string ledger);
}
