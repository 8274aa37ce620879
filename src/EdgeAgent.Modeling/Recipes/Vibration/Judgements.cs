using EdgeAgent.Modeling.Onnx;

namespace EdgeAgent.Modeling.Recipes.Vibration;

/// <summary>What gives a raw verdict on a window's calibrated features; higher is worse.</summary>
internal interface IWindowModel
{
    float Raw(float[] z);
}

/// <summary>A network.</summary>
internal sealed class NetworkModel(ModelProto model) : IWindowModel, IDisposable
{
    private readonly GraphSession _session = new(model);

    public float Raw(float[] z) => _session.Run(z)[NetworkExport.Output][0];

    public void Dispose() => _session.Dispose();
}

/// <summary>
/// What a plain alarm on the vibration's level would say, calibrated per machine like the rest: how far the standard deviation
/// of the loudest axis is up. What a model does not do better than this it need not do.
/// </summary>
internal sealed class LevelModel(int axes) : IWindowModel
{
    public float Raw(float[] z)
    {
        var highest = z[0];
        for (var axis = 1; axis < axes; axis++)
            highest = Math.Max(highest, z[axis]);
        return highest;
    }
}
