using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Normals;
using EdgeAgent.Modeling.Onnx;

namespace EdgeAgent.Modeling.Thresholds;

/// <summary>Counts what of normal readings that were held out is flagged by a model whose threshold each device finds itself.</summary>
internal static class HeldOutCount
{
    public static ThresholdOutcome Of(BundleManifest manifest, ModelProto model, NormalSource normals)
    {
        using var replay = new DeviceReplay(manifest, model);
        var (outputs, flagged) = (new List<float>(), 0);
        foreach (var held in normals.Held.Runs)
        {
            if (held.Recording.Rows <= manifest.ReadingsBefore) continue;
            var played = replay.Play(held.Recording);
            for (var r = Math.Max(held.From, played.First); r < held.Recording.Rows; r++)
            {
                if (float.IsNaN(played.Outputs[r])) continue;
                outputs.Add(played.Outputs[r]);
                flagged += played.IsOpen[r] ? 1 : 0;
            }
        }
        outputs.Sort();
        return new ThresholdOutcome(flagged / (double)Math.Max(1, outputs.Count), 1, IsAtLimit: false, [.. outputs])
        {
            HeldOutReadings = outputs.Count,
        };
    }
}
