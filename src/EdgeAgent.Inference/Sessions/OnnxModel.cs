using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace EdgeAgent.Inference.Sessions;

/// <summary>
/// One loaded model: an ONNX Runtime session whose input and output fit the bundle's manifest.
/// Shared by all lanes; each lane runs it through a <see cref="ModelRunner"/> of its own.
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

    private OnnxModel(ModelBundle bundle, InferenceSession session, GraphPlan plan, int leastBatch) =>
        (Bundle, Session, Plan, LeastBatch) = (bundle, session, plan, leastBatch);

    /// <summary>Of ONNX Runtime. Asked through here, for whoever asks it directly lets it send its usage events.</summary>
    public static string RuntimeVersion => OrtEnv.Instance().GetVersionString();

    public ModelBundle Bundle { get; }

    /// <summary>Floats of one window as it is handed over, whatever the graph's input looks like.</summary>
    public int InputLength => Plan.InputLength;

    /// <summary>Floats that count of what the graph gives for one window.</summary>
    public int OutputLength => Plan.OutputLength;

    /// <summary>Whether windows are run one by one: together they would give other results.</summary>
    public bool RunsAlone => LeastBatch == Alone;

    internal InferenceSession Session { get; }
    internal GraphPlan Plan { get; }
    /// <summary>Windows that a run takes: 0 where the graph leaves the batch axis open.</summary>
    internal int FixedBatch => Plan.FixedBatch;
    /// <summary>Windows that a run is padded to at least; <see cref="Alone"/>: a run takes one.</summary>
    public int LeastBatch { get; }

    /// <summary>Loads the bundle's graph and checks it against the manifest.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="leastBatch">What a trial of these very files on this machine has found of <see cref="LeastBatch"/>; null: it is
    /// found out.</param>
    /// <exception cref="BundleException">The file is no ONNX graph, or has another shape than the manifest says.</exception>
    public static OnnxModel Load(ModelBundle bundle, int? leastBatch = null) => BundleGuard.Run(
        bundle.ModelPath, () => Load(bundle, OpenFile(bundle), leastBatch));

    /// <summary>The same with a graph that is not on disk, as while a bundle is being made.</summary>
    /// <exception cref="BundleException">The bytes are no ONNX graph, or it has another shape than the manifest says.</exception>
    public static OnnxModel Load(BundleManifest manifest, byte[] graph)
    {
        var bundle = ModelBundle.InMemory(manifest);
        return Load(bundle, Open(bundle.ModelPath, options => new InferenceSession(graph, options)));
    }

    public void Dispose() => Session.Dispose();

    private static OnnxModel Load(ModelBundle bundle, InferenceSession session, int? leastBatch = null)
    {
        try
        {
            var plan = PlanOf(bundle, session);
            // What tries whether windows can be run together runs them.
            var least = leastBatch is { } told && BatchProof.IsPossible(told)
                ? told : BatchProof.LeastBatch(new OnnxModel(bundle, session, plan, leastBatch: 1));
            return new OnnxModel(bundle, session, plan, least);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private static GraphPlan PlanOf(ModelBundle bundle, InferenceSession session)
    {
        var reader = new GraphReader(bundle.Manifest, bundle.ModelPath);
        var plan = reader.Read(session.InputMetadata, session.OutputMetadata);
        var batches = session.OutputMetadata[plan.Output.Name].Dimensions[0];
        var values = Math.Max(plan.Inputs.Sum(i => (long)i.Elements), plan.Output.Elements);
        CheckBatch(plan.FixedBatch, batches, values, bundle.ModelPath);
        if (!reader.IsOrderOpen(session.InputMetadata) || CanRun(plan)) return plan;
        // Where the graph says nothing of its axes, what it can run does.
        var turned = reader.Read(session.InputMetadata, session.OutputMetadata, byChannel: true);
        return CanRun(turned) ? turned : plan;

        bool CanRun(GraphPlan tried)
        {
            try
            {
                var model = new OnnxModel(bundle, session, tried, leastBatch: 1);
                using var runner = new ModelRunner(model, batchLimit: 1, BatchProof.RunLimit);
                runner.Run(1);
                return true;
            }
            catch (ModelRunException)
            {
                return false;
            }
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
        try
        {
            return open(options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new BundleException($"{path}: ONNX Runtime refuses it: {e.Message}", e);
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
