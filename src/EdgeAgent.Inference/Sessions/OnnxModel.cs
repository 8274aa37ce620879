using System.Diagnostics;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Failures;
using EdgeAgent.Inference.Lifecycle;
using EdgeAgent.Inference.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace EdgeAgent.Inference.Sessions;

/// <summary>
/// One loaded model: an ONNX Runtime session whose input and output fit the bundle's manifest.
/// Shared by all lanes; each lane runs it through a <see cref="ModelRunner"/> of its own. Whoever loads it owns it and disposes it;
/// runners that are still there keep the session from being freed, and refuse to run.
/// </summary>
public sealed class OnnxModel : IDisposable
{
    /// <summary>Values of all windows of a run, 16 MiB: every lane holds so many.</summary>
    internal const long RunValuesLimit = 1 << 22;
    /// <summary>The same where the graph leaves no choice.</summary>
    private const long FixedRunValuesLimit = 1 << 24;
    /// <summary>A run takes one window.</summary>
    internal const int Alone = 0;

    static OnnxModel() => Telemetry.Disable();

    private readonly SharedSession _session;
    private GraphPlan? _plan;

    private OnnxModel(ModelBundle bundle, SharedSession session)
    {
        (Bundle, _session) = (bundle, session);
        Life = new Lifetime($"model {bundle.Manifest.Name}", session.Release);
    }

    /// <summary>Of ONNX Runtime. Asked through here, for whoever asks it directly lets it send its usage events.</summary>
    public static string RuntimeVersion => OrtEnv.Instance().GetVersionString();

    public ModelBundle Bundle { get; }

    /// <summary>Floats of one window as it is handed over, whatever the graph's input looks like.</summary>
    public int InputLength => Plan.InputLength;

    /// <summary>Floats that count of what the graph gives for one window.</summary>
    public int OutputLength => Plan.OutputLength;

    /// <summary>Whether windows are run one by one: together they would give other results.</summary>
    public bool RunsAlone => LeastBatch == Alone;

    /// <summary>Where it is in its life.</summary>
    public HandleState State => Life.State;

    /// <summary>What it took until it was warm; null: it cannot be run.</summary>
    public ColdStart? ColdStart { get; private set; }

    /// <summary>Runners are its users.</summary>
    internal Lifetime Life { get; }
    internal GraphPlan Plan => _plan!;
    /// <summary>Windows that a run takes: 0 where the graph leaves the batch axis open.</summary>
    internal int FixedBatch => Plan.FixedBatch;
    /// <summary>Windows that a run is padded to at least; <see cref="Alone"/>: a run takes one.</summary>
    public int LeastBatch { get; private set; } = 1;

    /// <summary>Loads the bundle's graph and checks it against the manifest.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="leastBatch">What a trial of these very files on this machine has found of <see cref="LeastBatch"/>; null: it is
    /// found out.</param>
    /// <exception cref="BundleException">The file is no ONNX graph, or has another shape than the manifest says.</exception>
    public static OnnxModel Load(ModelBundle bundle, int? leastBatch = null) => BundleGuard.Run(
        bundle.ModelPath, () => Load(bundle, () => OpenFile(bundle), leastBatch));

    /// <summary>The same with a graph that is not on disk, as while a bundle is being made.</summary>
    /// <exception cref="BundleException">The bytes are no ONNX graph, or it has another shape than the manifest says.</exception>
    public static OnnxModel Load(BundleManifest manifest, byte[] graph)
    {
        var bundle = ModelBundle.InMemory(manifest);
        return Load(bundle, () => Open(bundle.ModelPath, options => new InferenceSession(graph, options)));
    }

    /// <summary>The same model in another folder: it has its own life, and no session of its own.</summary>
    /// <param name="bundle">A bundle of the same digest.</param>
    /// <exception cref="HandleStateException">This one is given up.</exception>
    public OnnxModel Share(ModelBundle bundle)
    {
        if (bundle.Digest != Bundle.Digest) throw new ArgumentException("another bundle's model cannot be shared", nameof(bundle));
        Life.Require();
        return new OnnxModel(bundle, _session.Share())
        {
            _plan = _plan, LeastBatch = LeastBatch, ColdStart = ColdStart is { } cold ? cold with { Load = TimeSpan.Zero } : null,
        };
    }

    /// <summary>Whether both are run by one session.</summary>
    public bool IsSharedWith(OnnxModel other) => _session == other._session;

    /// <summary>Detaches it: nothing begins to run with it any more. It is freed at once, or with its last runner.</summary>
    public void Dispose() => Life.Detach();

    /// <summary>For whoever has entered <see cref="Life"/>.</summary>
    internal InferenceSession Session => _session.Value;

    private static OnnxModel Load(ModelBundle bundle, Func<InferenceSession> open, int? leastBatch = null)
    {
        var began = Stopwatch.GetTimestamp();
        var model = new OnnxModel(bundle, new SharedSession(open()));
        try
        {
            var took = Stopwatch.GetElapsedTime(began);
            model.TakePlan();
            model.WarmUp(took);
            // What tries whether windows can be run together runs them.
            model.LeastBatch = leastBatch is { } told && BatchProof.IsPossible(told) ? told : BatchProof.LeastBatch(model);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private void TakePlan()
    {
        var (inputs, outputs) = (Session.InputMetadata, Session.OutputMetadata);
        var reader = new GraphReader(Bundle.Manifest, Bundle.ModelPath);
        var plan = _plan = reader.Read(inputs, outputs);
        var values = Math.Max(plan.Inputs.Sum(i => (long)i.Elements), plan.Output.Elements);
        CheckBatch(plan.FixedBatch, outputs[plan.Output.Name].Dimensions[0], values, Bundle.ModelPath);
        if (!reader.IsOrderOpen(inputs) || CanRun()) return;
        // Where the graph says nothing of its axes, what it can run does.
        _plan = reader.Read(inputs, outputs, byChannel: true);
        if (!CanRun()) _plan = plan;
    }

    private bool CanRun()
    {
        try
        {
            using var runner = new ModelRunner(this, batchLimit: 1, BatchProof.RunLimit);
            runner.Run(1);
            return true;
        }
        catch (ModelRunException)
        {
            return false;
        }
    }

    /// <summary>Its first runs, so that the first window that counts does not pay for them.</summary>
    private void WarmUp(TimeSpan load)
    {
        try
        {
            using var runner = new ModelRunner(this, batchLimit: 1, BatchProof.RunLimit);
            for (var slot = 0; slot < runner.BatchLimit; slot++) runner.TakeUsual(slot);
            var began = Stopwatch.GetTimestamp();
            runner.Run(runner.BatchLimit);
            var first = Stopwatch.GetElapsedTime(began);
            runner.Run(runner.BatchLimit);
            ColdStart = new ColdStart(load, first, Stopwatch.GetElapsedTime(began) - first);
        }
        catch (ModelRunException)
        {
            // Whoever judges with it tells why.
        }
    }

    internal static InferenceSession OpenFile(ModelBundle bundle)
    {
        try
        {
            return Open(bundle.ModelPath, options => new InferenceSession(bundle.ModelPath, options));
        }
        catch (BundleException e) when (OldTrees.AreMeant(e.Message))
        {
            if (OldTrees.Lowered(bundle.ModelPath) is not { } graph) throw;
            return Open(bundle.ModelPath, options =>
            {
                options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", bundle.Folder);
                return new InferenceSession(graph, options);
            });
        }
    }

    private static InferenceSession Open(string path, Func<SessionOptions, InferenceSession> open)
    {
        // One thread a run: lanes already take the cores, and a pool of spinning workers would take them back.
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            // It writes to standard error itself: where nobody reads that, a failing run would hold up its lane. The exception says
            // the same.
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        // Kernels for x86-64 with AVX2 or AVX-512 and without VNNI add two products of 8 bits in 16, where large ones saturate: there
        // other kernels are taken, somewhat slower, and INT8 means the same everywhere.
        options.AddSessionConfigEntry("session.x64quantprecision", "1");
        try
        {
            return open(options);
        }
        catch (Exception e) when (RuntimeFailure.Is(e))
        {
            var failure = RuntimeFailure.Of(e);
            throw new BundleException($"{path}: ONNX Runtime refuses it: {failure.Message}", failure);
        }
    }

    /// <summary>A batch that the graph has fixed is memory that every lane takes.</summary>
    private static void CheckBatch(long batch, long outputBatch, long windowValues, string path)
    {
        if (batch > 0 && outputBatch > 0 && batch != outputBatch)
            throw new BundleException(
                $"{path}: takes {batch} windows and gives outputs of {outputBatch}; expected one of each: "
                + "export it with an open batch axis");
        if (Math.Max(batch, outputBatch) * windowValues > FixedRunValuesLimit)
            throw new BundleException(
                $"{path}: its batch is fixed at {Math.Max(batch, outputBatch)} windows of {windowValues} values; expected at most "
                + $"{FixedRunValuesLimit} values in a run: export it with an open batch axis");
    }
}
