using EdgeAgent.Inference.Failures;
using EdgeAgent.Inference.Sessions;
using Microsoft.ML.OnnxRuntime;

namespace EdgeAgent.Inference.Serving;

/// <summary>The right to run one model at a time, each run for a limited time. Belongs to one thread at a time.</summary>
public sealed class RunSlot : IDisposable
{
    private readonly RunOptions _options = new();
    private readonly RunDeadline _deadline;

    /// <param name="limit">What a run may take before it is ended.</param>
    public RunSlot(TimeSpan limit) => _deadline = new RunDeadline(_options, limit);

    /// <exception cref="ModelRunException">A kernel failed.</exception>
    /// <exception cref="RunOverdueException">It took too long.</exception>
    internal IDisposableReadOnlyCollection<OrtValue> Run(
        InferenceSession session, IReadOnlyCollection<string> inputs, IReadOnlyCollection<OrtValue> values,
        IReadOnlyCollection<string> outputs)
    {
        IDisposableReadOnlyCollection<OrtValue>? results = null;
        _deadline.Begin();
        try
        {
            results = session.Run(_options, inputs, values, outputs);
        }
        catch (Exception e) when (RuntimeFailure.Is(e))
        {
            throw RuntimeFailure.Of(e);
        }
        finally
        {
            // It throws where the run was ended, whatever came of it.
            End(results);
        }
        return results;
    }

    private void End(IDisposable? results)
    {
        try
        {
            _deadline.End();
        }
        catch
        {
            results?.Dispose();
            throw;
        }
    }

    /// <summary>Not while it runs.</summary>
    public void Dispose()
    {
        _deadline.Dispose();
        _options.Dispose();
    }
}
