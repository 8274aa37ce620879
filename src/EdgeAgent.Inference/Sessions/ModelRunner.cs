using System.Numerics;
using Microsoft.ML.OnnxRuntime;

namespace EdgeAgent.Inference.Sessions;

/// <summary>
/// Runs one model on batches, out of pinned buffers that are bound once: a run allocates nothing.
/// Belongs to one thread.
/// </summary>
/// <remarks>
/// Batches are padded to powers of two. So a session sees a handful of shapes in its life, whatever arrives, and the
/// kernels' caches of packed shapes stay small (ONNX Runtime's KleidiAI kernels grew with each new shape).
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
    private readonly Bound?[] _bounds;

    private sealed record Bound(OrtValue Input, OrtValue Output, OrtIoBinding Binding);

    /// <param name="model">The model; it must outlive the runner.</param>
    /// <param name="batchLimit">Windows that one run takes at most; fewer where they are large.</param>
    /// <param name="runLimit">What a run may take before it is ended; null: as long as it likes.</param>
    public ModelRunner(OnnxModel model, int batchLimit, TimeSpan? runLimit = null)
    {
        _model = model;
        BatchLimit = model.FixedBatch > 0 ? model.FixedBatch : BatchOf(batchLimit, model.InputLength, model.OutputLength);
        _input = GC.AllocateArray<float>(BatchLimit * model.InputLength, pinned: true);
        _output = GC.AllocateArray<float>(BatchLimit * model.OutputLength, pinned: true);
        _bounds = new Bound?[BitOperations.Log2((uint)BatchLimit) + 1];
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
        var bucket = _model.FixedBatch > 0
            ? 0
            : BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)count));
        var bound = _bounds[bucket] ??= Bind(_model.FixedBatch > 0 ? BatchLimit : 1 << bucket);
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
    }

    public void Dispose()
    {
        _deadline?.Dispose();
        foreach (var bound in _bounds)
        {
            bound?.Binding.Dispose();
            bound?.Input.Dispose();
            bound?.Output.Dispose();
        }
        _runOptions.Dispose();
    }

    private Bound Bind(int batch)
    {
        var input = Tensor(_input, batch, _model.InputLength, _model.InputShape);
        var output = Tensor(_output, batch, _model.OutputLength, _model.OutputShape);
        var binding = _model.Session.CreateIoBinding();
        binding.BindInput(_model.Bundle.Manifest.Input.Name, input);
        binding.BindOutput(_model.Bundle.Manifest.Output.Name, output);
        return new Bound(input, output, binding);
    }

    private static OrtValue Tensor(float[] buffer, int batch, int length, long[] shape) =>
        OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, buffer.AsMemory(0, batch * length), [batch, .. shape]);
}
