namespace EdgeAgent.Pipeline.Gpio;

/// <summary>Sets the outputs to their safe levels when this process dies, however it does.</summary>
internal interface ILineGuard : IDisposable
{
    /// <summary>Why nobody would do so just now; null: somebody would.</summary>
    string? Trouble { get; }

    /// <summary>An output was taken: it is to be left at this level.</summary>
    void Hold(LineAddress address, bool safeLevel);

    /// <summary>An output was let go in good order: it is not guarded any more.</summary>
    void Release(LineAddress address);

    /// <summary>Checks that the guard is running, and starts it again; to be called now and then.</summary>
    void Check();

    /// <summary>The outputs are at their safe levels and let go: there is nothing left to guard.</summary>
    void Done();
}
