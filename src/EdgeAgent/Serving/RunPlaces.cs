using System.Collections.Concurrent;
using EdgeAgent.Inference.Serving;
using Microsoft.AspNetCore.Http;

namespace EdgeAgent.Serving;

/// <summary>
/// The few requests that are worked on at a time, so that neither their memory nor their time is taken from the lanes; a bounded number
/// waits, for a bounded time.
/// </summary>
internal sealed class RunPlaces : IDisposable
{
    private const int WaitingLimit = 64;
    private static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _free;
    private readonly ConcurrentBag<RunSlot> _slots;
    private readonly Lock _gate = new();
    private bool _isDisposed;
    private int _waiting;

    /// <param name="places">How many.</param>
    /// <param name="runLimit">What a run may take.</param>
    public RunPlaces(int places, TimeSpan runLimit)
    {
        _free = new SemaphoreSlim(places);
        _slots = [.. Enumerable.Range(0, places).Select(_ => new RunSlot(runLimit))];
    }

    /// <summary>Takes a place; give it back.</summary>
    /// <exception cref="ServingException">Too many want one.</exception>
    public async Task<RunSlot> TakeAsync(CancellationToken cancel)
    {
        try
        {
            if (Interlocked.Increment(ref _waiting) <= WaitingLimit
                && await _free.WaitAsync(WaitLimit, cancel).ConfigureAwait(false) && _slots.TryTake(out var slot)) return slot;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
        throw new ServingException("too many requests wait already; try again in a moment", StatusCodes.Status503ServiceUnavailable);
    }

    public void Return(RunSlot slot)
    {
        lock (_gate)
        {
            if (!_isDisposed)
            {
                _slots.Add(slot);
                _free.Release();
                return;
            }
        }
        slot.Dispose();
    }

    /// <summary>A run that is under way ends its own slot.</summary>
    public void Dispose()
    {
        lock (_gate) _isDisposed = true;
        foreach (var slot in _slots) slot.Dispose();
        _free.Dispose();
    }
}
