using System.Diagnostics.CodeAnalysis;

namespace EdgeAgent.Inference.Lifecycle;

/// <summary>
/// The life of something native: it is allocated when it is made, detached when its owner gives it up, and freed when nobody uses it
/// any more, by whoever is last. For all threads; a use costs two interlocked operations.
/// </summary>
internal sealed class Lifetime
{
    // Users are counted below the sign, which says that the owner has given it up.
    private const int GivenUp = int.MinValue;
    private static int _live, _abandoned;

    private readonly string _what;
    private readonly Action _free;
    private int _users;

    /// <param name="what">What it is, for errors.</param>
    /// <param name="free">Frees it; called once.</param>
    public Lifetime(string what, Action free)
    {
        (_what, _free) = (what, free);
        Interlocked.Increment(ref _live);
    }

    /// <summary>Nobody has given it up: the runtime's own finalizers free the memory, whenever that may be.</summary>
    ~Lifetime()
    {
        Interlocked.Decrement(ref _live);
        Interlocked.Increment(ref _abandoned);
    }

    /// <summary>How many there are in the process.</summary>
    public static int Live => Volatile.Read(ref _live);

    /// <summary>How many were left to the garbage collector; none is, in a program that is right.</summary>
    public static int Abandoned => Volatile.Read(ref _abandoned);

    public HandleState State => Volatile.Read(ref _users) switch
    {
        >= 0 => HandleState.Allocated,
        GivenUp => HandleState.Freed,
        _ => HandleState.Detached,
    };

    /// <summary>How many use it now.</summary>
    public int Users => Volatile.Read(ref _users) & ~GivenUp;

    /// <exception cref="HandleStateException">It is not allocated any more.</exception>
    public void Require()
    {
        if (Volatile.Read(ref _users) < 0) throw new HandleStateException(_what, State);
    }

    /// <summary>Begins a use; it is not freed before <see cref="Leave"/>.</summary>
    /// <exception cref="HandleStateException">It is not allocated any more.</exception>
    public void Enter()
    {
        for (var users = Volatile.Read(ref _users); ;)
        {
            if (users < 0) throw new HandleStateException(_what, State);
            var seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users) return;
            users = seen;
        }
    }

    /// <summary>Ends a use.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _users) == GivenUp) Free();
    }

    /// <summary>Its owner gives it up. Once is enough, more does no harm.</summary>
    public void Detach()
    {
        for (var users = Volatile.Read(ref _users); users >= 0;)
        {
            var seen = Interlocked.CompareExchange(ref _users, users | GivenUp, users);
            if (seen == users)
            {
                if (users == 0) Free();
                return;
            }
            users = seen;
        }
    }

    [SuppressMessage("Usage", "CA1816", Justification = "Whoever is last frees it, whichever call that was.")]
    private void Free()
    {
        GC.SuppressFinalize(this);
        Interlocked.Decrement(ref _live);
        _free();
    }
}
