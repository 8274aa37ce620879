namespace EdgeAgent.Pipeline.Delivery;

/// <summary>A delivery while it runs, with the events that it takes. Another can take its place: what is owed stays owed.</summary>
internal sealed class RunningDelivery(IDelivery delivery, OwedEvents owed) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _run = Task.CompletedTask;

    public IDelivery Delivery => delivery;

    /// <summary>Why the receiver takes no events although there is a connection; null: it takes them.</summary>
    public string? Refusal => owed.Refusal;

    /// <returns>Ends with the delivery; faulted when a broken invariant ended it.</returns>
    public Task Start() => _run = delivery.RunAsync(owed, _stop.Token);

    /// <summary>Says goodbye and ends; what is not acknowledged goes back to the outbox.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        owed.Dispose();
        _stop.Dispose();
    }
}
