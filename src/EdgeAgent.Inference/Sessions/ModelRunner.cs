using System.Numerics;
using EdgeAgent.Inference.Failures;
using EdgeAgent.Inference.Lifecycle;
using EdgeAgent.Inference.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace EdgeAgent.Inference.Sessions;

/// <summary>
/// Runs one model on batches, out of pinned buffers that are bound once: a run allocates nothing.
/// Belongs to one thread. Disposed while it runs, it is freed when the run has ended; used afterwards, it says so.
/// </summary>
/// <remarks>
/// Batches are padded to powers of two. So a session sees a handful of shapes in its life, whatever arrives, and the
/// kernels' caches of packed shapes stay small (ONNX Runtime's KleidiAI kernels grew with each new shape). Kernels may choose another
/// order of sums for small batches: then batches are padded to where results are equal, see <see cref="BatchProof"/>.
/// </remarks>
public sealed class ModelRunner : IDisposable
{
    /// <summary>Windows that a lane judges together at most; what is tried before a model is used is tried with as many.</summary>
    public const int LaneBatch = 64;

    private readonly OnnxModel _model;
    private readonly RunOptions _runOptions = new();
    private readonly RunDeadline? _deadline;
    private readonly float[] _input;
    private readonly float[] _output;
    private readonly GraphTensor[] _taken;
    private readonly GraphTensor _given;
    private readonly BoundBatch?[] _bounds;
    private readonly Lifetime _life;

    /// <param name="model">The model; its session is not freed before the runner is.</param>
    /// <param name="batchLimit">Windows that one run takes at most; fewer where they are large.</param>
    /// <param name="runLimit">What a run may take before it is ended; null: as long as it likes.</param>
    /// <exception cref="HandleStateException">The model is given up.</exception>
    public ModelRunner(OnnxModel model, int batchLimit, TimeSpan? runLimit = null)
    {
        model.Life.Require();
        _model = model;
        BatchLimit = model.FixedBatch > 0 ? model.FixedBatch
            : model.LeastBatch == OnnxModel.Alone ? 1 : BatchOf(batchLimit, model.Plan.LargestLength);
        var places = Math.Max(BatchLimit, model.LeastBatch);
        _input = GC.AllocateArray<float>(places * model.InputLength, pinned: true);
        _output = GC.AllocateArray<float>(places * model.OutputLength, pinned: true);
        _taken = [.. model.Plan.Inputs.Select(plan => new GraphTensor(plan, places, _input))];
        _given = new GraphTensor(model.Plan.Output, places, _output);
        _bounds = new BoundBatch?[BitOperations.Log2((uint)places) + 1];
        model.Life.Enter();
        if (runLimit is { } limit) _deadline = new RunDeadline(_runOptions, limit);
        _life = new Lifetime($"a runner of model {model.Bundle.Manifest.Name}", Free);
    }

    /// <summary>Windows that fit into one run of a model whose batch axis is open.</summary>
    /// <param name="batchLimit">How many are wanted at most.</param>
    /// <param name="length">Numbers of a window in the largest tensor.</param>
    public static int BatchOf(int batchLimit, int length)
    {
        var batch = (int)BitOperations.RoundUpToPowerOf2((uint)batchLimit);
        while (batch > 1 && (long)batch * length > OnnxModel.RunValuesLimit) batch /= 2;
        return batch;
    }

    /// <summary>Windows that fit into one run.</summary>
    public int BatchLimit { get; }

    /// <summary>Where it is in its life.</summary>
    public HandleState State => _life.State;

    /// <summary>Whether a run is under way.</summary>
    public bool IsRunning => _life.Users > 0;

    /// <summary>Where window number <paramref name="slot"/> is to be written before the run.</summary>
    /// <exception cref="HandleStateException">The runner is disposed.</exception>
    public Span<float> Input(int slot)
    {
        _life.Require();
        return _input.AsSpan(slot * _model.InputLength, _model.InputLength);
    }

    /// <summary>What the last run gave for window number <paramref name="slot"/>.</summary>
    /// <exception cref="HandleStateException">The runner is disposed.</exception>
    public ReadOnlySpan<float> Output(int slot)
    {
        _life.Require();
        return _output.AsSpan(slot * _model.OutputLength, _model.OutputLength);
    }

    /// <summary>Writes window number <paramref name="slot"/> as a device in its usual state has it.</summary>
    internal void TakeUsual(int slot)
    {
        if (_model.Bundle.Manifest.Input.Usual is { } usual) usual.CopyTo(Input(slot));
        else Input(slot).Clear();
    }

    /// <summary>Runs the first <paramref name="count"/> windows.</summary>
    /// <param name="count">How many.</param>
    /// <param name="cancel">Ends the run between two steps of the graph.</param>
    /// <exception cref="ModelRunException">A kernel failed; the outputs are then undefined.</exception>
    /// <exception cref="RunOverdueException">It took too long; the outputs are then undefined.</exception>
    /// <exception cref="RunCanceledException">Nobody wants it any more; the outputs are then undefined.</exception>
    /// <exception cref="HandleStateException">The runner is disposed, or its model is.</exception>
    public void Run(int count, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, BatchLimit);
        _life.Enter();
        try
        {
            _model.Life.Require();
            if (count > 0) RunEntered(count, cancel);
        }
        finally
        {
            _life.Leave();
        }
    }

    /// <summary>Frees it, at once or when its run has ended.</summary>
    public void Dispose() => _life.Detach();

    private void RunEntered(int count, CancellationToken cancel)
    {
        var batch = _model.FixedBatch > 0 ? _model.FixedBatch
            : Math.Max((int)BitOperations.RoundUpToPowerOf2((uint)count), _model.LeastBatch);
        var bucket = _model.FixedBatch > 0 ? 0 : BitOperations.Log2((uint)batch);
        var bound = _bounds[bucket] ??= new BoundBatch(_model.Session, _taken, _given, batch);
        foreach (var tensor in _taken)
            tensor.Write(count, _input, _model.InputLength);
        RunBound(bound.Binding, cancel);
        _given.Read(count, _output, _model.OutputLength);
    }

    private void RunBound(OrtIoBinding binding, CancellationToken cancel)
    {
        var canceling = cancel.CanBeCanceled
            ? cancel.UnsafeRegister(static options => ((RunOptions)options!).Terminate = true, _runOptions) : default;
        _deadline?.Begin();
        try
        {
            _model.Session.RunWithBinding(_runOptions, binding);
        }
        catch (Exception e) when (RuntimeFailure.Is(e))
        {
            throw RuntimeFailure.Of(e);
        }
        finally
        {
            // Behind this nobody sets the mark any more, and the next run begins without it.
            canceling.Dispose();
            if (cancel.IsCancellationRequested) _runOptions.Terminate = false;
            // Of a run that was ended, that is what matters, not how ONNX Runtime puts it.
            _deadline?.End();
        }
    }

    private void Free()
    {
        _deadline?.Dispose();
        foreach (var bound in _bounds)
            bound?.Dispose();
        _runOptions.Dispose();
        _model.Life.Leave();
    }
}
