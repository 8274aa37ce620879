using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Discovery;

/// <summary>The presets as ways to read a shape, and when one is meant.</summary>
internal static class PresetPlans
{
    public static IEnumerable<ReadingPlan> Of(TopicShape shape, IReadOnlyList<DocumentPlace> places)
    {
        // Line protocol and its like say all that they mean.
        if (shape.Kind == PayloadKind.Text) yield break;
        var elements = ArrayChannels.Line(places, TimePlace.Find(places, shape));
        var isOneValue = shape.Kind is PayloadKind.Scalar or PayloadKind.Word;
        foreach (var name in Presets.Names)
        {
            // A preset for documents reads a bare number, too, and says nothing of it.
            if (isOneValue && Presets.Find(name)!.Decode != "scalar") continue;
            var plan = new ReadingPlan([new PlanLine("preset", Toml.Text(name))]) { Preset = name };
            if (Presets.Find(name)!.Device == new PayloadOptions().Device && shape.Levels > 1)
                plan = plan.With("device", Toml.Text(TopicRoles.Device(shape)));
            yield return plan;
            if (elements is not null && Presets.Find(name) is { ChannelsBelow: "", Rows: null, ValuePath: null })
                yield return plan.With(elements.Key, elements.Value, elements.Comment);
        }
    }

    /// <summary>Whether payloads of another make could hardly be read by it.</summary>
    public static bool IsSpecific(string name) => Presets.Find(name) is { } preset
        && (preset.Rows is not null || preset.ValuePath is not null || preset.Decode is not ("auto" or "json" or "scalar")
            || (preset.ChannelsBelow is { Length: > 0 } && preset.Time is not null));

    /// <summary>Whether the topics are those of its make.</summary>
    public static bool IsHinted(string name, TopicShape shape)
    {
        var levels = shape.Filter.Split('/');
        return name switch
        {
            "zigbee2mqtt" => levels is ["zigbee2mqtt", _],
            "tasmota" => levels is ["tele", _, "SENSOR" or "STATE"],
            "esphome" => shape.Kind == PayloadKind.Scalar && levels is [_, "sensor" or "binary_sensor", _, "state"],
            "homie" => shape.Kind == PayloadKind.Scalar && levels is ["homie", ..],
            "shelly-status" => shape.Kind == PayloadKind.Document && levels is [_, "status", _],
            "sparkplug-b" => levels[0] == "spBv1.0",
            _ => Array.Exists(levels, l => l.Equals(name, StringComparison.OrdinalIgnoreCase)),
        };
    }
}
