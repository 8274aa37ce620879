using System.Numerics;
using EdgeAgent.Inference.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace EdgeAgent.Inference.Sessions;

/// <summary>
/// Runs one model on batches, out of pinned buffers that are bound once: a run allocates nothing.
/// Belongs to one thread.
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

    /// <param name="model">The model; it must outlive the runner.</param>
    /// <param name="batchLimit">Windows that one run takes at most; fewer where they are large.</param>
    /// <param name="runLimit">What a run may take before it is ended; null: as long as it likes.</param>
    public ModelRunner(OnnxModel model, int batchLimit, TimeSpan? runLimit = null)
    {
        _model = model;
        BatchLimit = model.FixedBatch > 0 ? model.FixedBatch
            : model.LeastBatch == OnnxModel.Alone ? 1 : BatchOf(batchLimit, model.InputLength, model.OutputLength);
        var places = Math.Max(BatchLimit, model.LeastBatch);
        _input = GC.AllocateArray<float>(places * model.InputLength, pinned: true);
        _output = GC.AllocateArray<float>(places * model.OutputLength, pinned: true);
        _taken = [.. model.Plan.Inputs.Select(plan => new GraphTensor(plan, places, _input))];
        _given = new GraphTensor(model.Plan.Output, places, _output);
        _bounds = new BoundBatch?[BitOperations.Log2((uint)places) + 1];
        if (runLimit is { } limit) _deadline = new RunDeadline(_runOptions, limit);
    }

    /// <summary>Windows that fit into one run of a model whose batch axis is open.</summary>
    /// <param name="batchLimit">How many are wanted at most.</param>
    /// <param name="inputLength">Numbers of a window in the input.</param>
    /// <param name="outputLength">Numbers of a window in the output.</param>
    public static int BatchOf(int batchLimit, int inputLength, int outputLength)
    {
        var batch = (int)BitOperations.RoundUpToPowerOf2((uint)batchLimit);
        while (batch > 1 && (long)batch * Math.Max(inputLength, outputLength) > OnnxModel.RunValuesLimit) batch /= 2;
        return batch;
    }

    /// <summary>Windows that fit into one run.</summary>
    public int BatchLimit { get; }

    /// <summary>Where window number <paramref name="slot"/> is to be written before the run.</summary>
    public Span<float> Input(int slot) => _input.AsSpan(slot * _model.InputLength, _model.InputLength);

    /// <summary>What the last run gave for window number <paramref name="slot"/>.</summary>
    public ReadOnlySpan<float> Output(int slot) => _output.AsSpan(slot * _model.OutputLength, _model.OutputLength);

    /// <summary>Runs the first <paramref name="count"/> windows.</summary>
    /// <exception cref="ModelRunException">A kernel failed; the outputs are then undefined.</exception>
    /// <exception cref="RunOverdueException">It took too long; the outputs are then undefined.</exception>
    public void Run(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, BatchLimit);
        if (count == 0) return;
        var batch = _model.FixedBatch > 0 ? _model.FixedBatch
            : Math.Max((int)BitOperations.RoundUpToPowerOf2((uint)count), _model.LeastBatch);
        var bucket = _model.FixedBatch > 0 ? 0 : BitOperations.Log2((uint)batch);
        var bound = _bounds[bucket] ??= new BoundBatch(_model.Session, _taken, _given, batch);
        foreach (var tensor in _taken)
            tensor.Write(count, _input, _model.InputLength);
        _deadline?.Begin();
        try
        {
            _model.Session.RunWithBinding(_runOptions, bound.Binding);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelRunException(e.Message, e);
        }
        finally
        {
            // Of a run that was ended, that is what matters, not how ONNX Runtime puts it.
            _deadline?.End();
        }
        _given.Read(count, _output, _model.OutputLength);
    }

    public void Dispose()
    {
        _deadline?.Dispose();
        foreach (var bound in _bounds)
            bound?.Dispose();
        _runOptions.Dispose();
    }
}
