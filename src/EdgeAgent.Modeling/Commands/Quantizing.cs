using System.Security.Cryptography;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Cleaning;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Quantization;
using EdgeAgent.Modeling.Recordings;
using EdgeAgent.Modeling.Thresholds;
using Google.Protobuf;

namespace EdgeAgent.Modeling.Commands;

/// <summary>The way from an FP32 model to an INT8 one: read, clean, measure ranges, write, measure what it cost.</summary>
internal sealed class Quantizing(QuantizeRequest request)
{
    /// <param name="progress">Told what is going on, a line at a time.</param>
    /// <param name="result">Told the report.</param>
    /// <returns>The report.</returns>
    /// <exception cref="ModelingException">Model, manifest and recordings do not fit each other.</exception>
    public QuantizationReport Run(Action<string> progress, Action<string> result)
    {
        foreach (var file in request.Reports)
            QuantizationReport.RequireKnownForm(file);
        var original = OnnxFile.Read(request.Model);
        var clean = ModelCleaner.Clean(original, request.Model);
        var given = ReadManifest();
        var recordings = given is null
            ? RecordingFolder.Read(request.Data, request.Channel is null ? null : [request.Channel])
            : new ChannelArgument(given, request.Channel, request.Bundle ?? request.Manifest!).Read(request.Data);
        var manifest = given ?? AssumedManifest.Of(clean, recordings, request.Model);
        ModelFit.Require(clean, manifest, request.Model);
        var windows = CalibrationWindows.Collect(manifest, recordings, request.Windows);
        progress($"{original.Graph.Node.Count} nodes, {clean.Graph.Node.Count} after cleaning; "
            + $"ranges from {windows.Count} windows of {recordings.Count} recordings");

        var quantizer = new ModelQuantizer(clean, windows, request.Options);
        var quantized = quantizer.Write();
        RuntimeSession.Open(quantized).Dispose();
        var bytes = quantized.ToByteArray();
        WriteFile(bytes);
        progress($"written: {request.Out}; trying what each layer costs");

        var raw = Raw(manifest, quantized, windows);
        var meter = new LossMeter(quantizer, windows, manifest.Output.Name);
        var report = new QuantizationReport
        {
            Model = Path.GetFileName(request.Model),
            Out = Path.GetFileName(request.Out),
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)),
            BytesBefore = new FileInfo(request.Model).Length,
            BytesAfter = bytes.Length,
            Opset = ModelCheck.Opset(quantized),
            Windows = windows.Count,
            Ranges = request.Options.Ranges,
            PerChannel = request.Options.PerChannel,
            Kept = [.. request.Options.Keep],
            OutputDecibel = meter.Output(quantized),
            Layers = meter.Measure(quantized),
            IntegerShare = GraphCost.IntegerShare(quantized),
            RawMedian = raw[raw.Length / 2],
            RawQuantile = raw[(int)(raw.Length * 0.99)],
            Proposed = given is null ? null : ProposedScale.Find(given, quantized, recordings),
            Verdicts = given is null ? null : VerdictChange.Measure(manifest, clean, quantized, recordings),
        };
        foreach (var file in request.Reports)
            report.Write(file);
        result(report.ToMarkdown());
        TellDigest(given, report, progress);
        return report;
    }

    private BundleManifest? ReadManifest()
    {
        // A bundle's own model may be missing or stale while it is being made, so only its manifest is read.
        var path = request.Bundle is { } bundle ? Path.Combine(bundle, ModelBundle.ManifestFile) : request.Manifest;
        return path is null ? null : ModelBundle.ReadManifest(path);
    }

    /// <summary>The model's number for each window, sorted.</summary>
    private static float[] Raw(BundleManifest manifest, ModelProto model, WindowSet windows)
    {
        using var judge = new WindowJudge(manifest, model);
        var raw = judge.Raw(windows);
        Array.Sort(raw);
        return raw;
    }

    private void WriteFile(byte[] bytes)
    {
        if (Path.GetFullPath(request.Out) == Path.GetFullPath(request.Model))
            throw new ModelingException(
                $"{request.Out}: is the FP32 model itself; give --out another name, the FP32 model is needed again");
        if (Path.GetDirectoryName(Path.GetFullPath(request.Out)) is { } folder)
            Directory.CreateDirectory(folder);
        File.WriteAllBytes(request.Out, bytes);
    }

    private static void TellDigest(BundleManifest? manifest, QuantizationReport report, Action<string> progress)
    {
        if (manifest is { Sha256.Length: > 0 } && manifest.Sha256 != report.Sha256)
            progress($"to use it, let the manifest say \"model\": \"{report.Out}\" and \"sha256\": \"{report.Sha256}\"");
    }
}
