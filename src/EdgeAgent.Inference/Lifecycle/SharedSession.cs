using Microsoft.ML.OnnxRuntime;

namespace EdgeAgent.Inference.Lifecycle;

/// <summary>A session that several models own together; the last one frees it. For all threads.</summary>
internal sealed class SharedSession(InferenceSession session)
{
    private int _owners = 1;

    public InferenceSession Value => session;

    /// <summary>Another owner.</summary>
    /// <exception cref="HandleStateException">It is freed.</exception>
    public SharedSession Share()
    {
        for (var owners = Volatile.Read(ref _owners); ;)
        {
            if (owners == 0) throw new HandleStateException("a session", HandleState.Freed);
            var seen = Interlocked.CompareExchange(ref _owners, owners + 1, owners);
            if (seen == owners) return this;
            owners = seen;
        }
    }

    /// <summary>An owner gives it up.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _owners) == 0) session.Dispose();
    }
}
