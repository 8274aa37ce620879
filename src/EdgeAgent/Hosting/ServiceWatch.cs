using EdgeAgent.Control;

namespace EdgeAgent.Hosting;

/// <summary>
/// Feeds the service manager's watchdog while the agent gets on with its work: a lane that is stuck, or a process that is,
/// starves it, and the manager starts the agent anew. A start, reload or stop in good order gets the time that it needs,
/// within a limit.
/// </summary>
internal sealed class ServiceWatch : IAsyncDisposable
{
    /// <summary>A store of gigabytes is read within it; what takes longer hangs.</summary>
    private static readonly TimeSpan StepLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan UsualPeriod = TimeSpan.FromSeconds(5);

    private readonly ServiceNotifier _manager;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeSpan _period;
    private readonly Task _ticking;
    private volatile Watched? _watched;
    private long _stepSince;

    public ServiceWatch(ServiceNotifier manager, TimeProvider time)
    {
        (_manager, _time, _stepSince) = (manager, time, time.GetTimestamp());
        // Three chances within the manager's patience: one late tick on a busy machine is no reason to die.
        _period = manager.Watchdog > TimeSpan.Zero && manager.Watchdog / 3 < UsualPeriod ? manager.Watchdog / 3 : UsualPeriod;
        _ticking = manager.IsHeard ? TickAsync() : Task.CompletedTask;
    }

    /// <summary>From now on the agent works, and is as alive as its lanes.</summary>
    /// <param name="health">Says whether it lives.</param>
    /// <param name="status">What it does, in a line.</param>
    public void Working(AgentHealth health, Func<string> status)
    {
        _watched = new Watched(health, status);
        _manager.Ready(status());
    }

    /// <summary>From now on the agent starts, reloads or stops, which ends within a limit.</summary>
    public void Changing()
    {
        Interlocked.Exchange(ref _stepSince, _time.GetTimestamp());
        _watched = null;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _ticking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task TickAsync()
    {
        using var timer = new PeriodicTimer(_period, _time);
        do
        {
            if (_watched is { } watched) Tell(watched);
            else if (_time.GetElapsedTime(Interlocked.Read(ref _stepSince)) < StepLimit) GiveTime();
        } while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false));
    }

    private void Tell(Watched watched)
    {
        if (watched.Health.Live().IsFine && _manager.Watchdog > TimeSpan.Zero) _manager.Alive();
        _manager.Status(watched.Status());
    }

    private void GiveTime()
    {
        _manager.ExtendTimeout(_period * 6);
        if (_manager.Watchdog > TimeSpan.Zero) _manager.Alive();
    }

    private sealed record Watched(AgentHealth Health, Func<string> Status);
}
