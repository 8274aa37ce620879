using System.Net;
using System.Runtime.ExceptionServices;

namespace EdgeAgent.Mqtt.Transport;

/// <summary>
/// Resolves names of hosts, and can be left at any moment. The system's resolver cannot: a name server that does not answer holds its
/// caller for half a minute. So each name under way has a thread of its own, which all that wait for this name share, and none of
/// the pool, where health probes and timers would wait with it. For any thread.
/// </summary>
/// <param name="resolve">Gives the addresses of a name, however long it takes.</param>
internal sealed class NameResolver(Func<string, IPAddress[]> resolve)
{
    /// <summary>What resolvers need; that of a new thread is 8 MiB otherwise.</summary>
    private const int StackBytes = 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, TaskCompletionSource<Answer>> _underWay = [];

    private readonly record struct Answer(IPAddress[] Addresses, Exception? Failure);

    public static NameResolver OfSystem { get; } = new(Dns.GetHostAddresses);

    /// <summary>Waits for the addresses of a name.</summary>
    /// <exception cref="OperationCanceledException">It took too long; the name may be under way still.</exception>
    public IPAddress[] Resolve(string host, CancellationToken deadline)
    {
        var lookup = Join(host);
        lookup.Wait(deadline);
        if (lookup.Result.Failure is { } failure) ExceptionDispatchInfo.Throw(failure);
        return lookup.Result.Addresses;
    }

    private Task<Answer> Join(string host)
    {
        lock (_gate)
        {
            if (_underWay.TryGetValue(host, out var other)) return other.Task;
            var answer = new TaskCompletionSource<Answer>();
            try
            {
                new Thread(() => Run(host, answer), StackBytes) { Name = "resolver", IsBackground = true }.Start();
            }
            catch (OutOfMemoryException e)
            {
                throw new IOException("no thread can be started: see pids.max of the control group, TasksMax of the unit and ulimit -u", e);
            }
            _underWay[host] = answer;
            return answer.Task;
        }
    }

    private void Run(string host, TaskCompletionSource<Answer> answer)
    {
        Answer found;
        try
        {
            found = new Answer(resolve(host), null);
        }
        catch (Exception e)
        {
            found = new Answer([], e);
        }
        lock (_gate) _underWay.Remove(host);
        answer.SetResult(found);
    }
}
