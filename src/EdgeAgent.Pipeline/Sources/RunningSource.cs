namespace EdgeAgent.Pipeline.Sources;

/// <summary>A source while it runs. It can be ended alone, without a loss, while lanes and other sources go on.</summary>
internal sealed class RunningSource(ISource source) : IDisposable
{
    /// <summary>
    /// What is not safe by then is not acknowledged, and comes again: to the source's successor, or to nobody who wants it.
    /// </summary>
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _run = Task.CompletedTask;

    public ISource Source => source;

    /// <returns>Ends with the source; faulted when a broken invariant ended it.</returns>
    public Task Start() => _run = source.RunAsync(_drained.Task, _stop.Token);

    /// <summary>Tells it to take no more readings; ends when it has handed over all it held.</summary>
    public async Task QuietenAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAny(source.Quiet, _run).ConfigureAwait(false);
    }

    /// <summary>All that it handed over is safe: it acknowledges that and leaves.</summary>
    public async Task LeaveAsync()
    {
        _drained.TrySetResult();
        await _run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Ends it alone.</summary>
    public async Task StopAsync()
    {
        await QuietenAsync().ConfigureAwait(false);
        var until = Environment.TickCount64 + (long)DrainLimit.TotalMilliseconds;
        while (!_run.IsCompleted && !source.IsDrained && Environment.TickCount64 < until)
            await Task.Delay(PollEvery).ConfigureAwait(false);
        await LeaveAsync().ConfigureAwait(false);
    }

    public void Dispose() => _stop.Dispose();
}
