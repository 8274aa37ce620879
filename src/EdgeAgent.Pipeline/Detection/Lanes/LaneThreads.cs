namespace EdgeAgent.Pipeline.Detection.Lanes;

/// <summary>The threads of the lanes, one each.</summary>
internal sealed class LaneThreads
{
    /// <summary>What a lane may take to come to rest at the stop: a service manager kills what takes longer than it likes.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    private readonly List<Thread> _threads = [];

    /// <summary>Whether one still runs.</summary>
    public bool AreAlive => _threads.Exists(t => t.IsAlive);

    public void Start(IReadOnlyList<LaneQueue> queues)
    {
        for (var i = 0; i < queues.Count; i++)
        {
            var thread = new Thread(queues[i].RunAll) { Name = $"lane-{i}", IsBackground = true };
            _threads.Add(thread);
            thread.Start();
        }
    }

    /// <summary>Waits for something that lanes must do to come to rest.</summary>
    /// <exception cref="TimeoutException">They have not.</exception>
    public static async Task InTimeAsync(Task ended)
    {
        try
        {
            await ended.WaitAsync(StopLimit).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException(
                $"a lane has not come to rest in {StopLimit.TotalSeconds:0} s: a model's run, or the disk, does not end");
        }
    }

    /// <summary>Ends when all have come to rest behind the end of their queues.</summary>
    public Task EndedAsync() => Task.WhenAll(_threads.Select(thread => Task.Run(thread.Join)));
}
