using System.Globalization;
using k8s.Models;

namespace EdgeAgent.Deploy.Tests.Kubernetes;

/// <summary>The manifests and the chart give what a cluster takes, and pods that may do nothing but their work.</summary>
public sealed class ManifestTests
{
    private static readonly Dictionary<string, Func<Rendered>> Ways = new()
    {
        ["base"] = () => Rendered.Kustomized("base"),
        ["gpio"] = () => Rendered.Kustomized("overlays/gpio"),
        ["sharded"] = () => Rendered.Kustomized("overlays/sharded"),
        ["first wave"] = () => Rendered.Kustomized("overlays/waves/first"),
        ["other waves"] = () => Rendered.Kustomized("overlays/waves/rest"),
        ["chart"] = () => Rendered.Chart("{}"),
        ["chart, StatefulSet"] = () => Rendered.Chart(
            "kind: StatefulSet\nreplicas: 5\ndata: {storageClass: local-path}\nupdate: {partition: 4}"),
        ["chart, everything"] = () => Rendered.Chart("""
            image: {repository: registry.example/edgeagent, tag: "1.2.3"}
            imagePullSecrets: [{name: registry}]
            secret: brokers
            tolerations: [{key: gateway, operator: Exists, effect: NoSchedule}]
            affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: edgeagent/wave, operator: In, values: [first]}]}]}}}
            update: {maxUnavailable: 10%}
            gpio: {resource: smarter-devices/gpiochip0, group: 986}
            networkPolicy: {ports: [8883]}
            """),
    };

    public static TheoryData<string> All => [.. Ways.Keys];

    [Theory, MemberData(nameof(All))]
    public void Pod_meets_the_restricted_standard_but_for_a_daemon_sets_folder(string way)
    {
        var rendered = Ways[way]();
        var pod = rendered.Pod.Spec;
        Assert.True(pod.SecurityContext.RunAsNonRoot);
        Assert.Equal(10001, pod.SecurityContext.RunAsUser);
        Assert.Equal("RuntimeDefault", pod.SecurityContext.SeccompProfile.Type);
        Assert.False(pod.AutomountServiceAccountToken);
        Assert.True(pod.HostNetwork is not true && pod.HostPID is not true && pod.HostIPC is not true);
        var container = rendered.Agent.SecurityContext;
        Assert.False(container.AllowPrivilegeEscalation);
        Assert.True(container.ReadOnlyRootFilesystem);
        Assert.True(container.Privileged is not true);
        Assert.Equal(["ALL"], container.Capabilities.Drop);
        Assert.Null(container.Capabilities.Add);
        var hostFolders = pod.Volumes.Where(v => v.HostPath is not null).Select(v => v.Name);
        Assert.Equal(rendered.All<V1DaemonSet>().Any() ? ["data"] : [], hostFolders);
        foreach (var space in rendered.All<V1Namespace>().Where(_ => rendered.All<V1StatefulSet>().Any()))
            Assert.Equal("restricted", space.Metadata.Labels["pod-security.kubernetes.io/enforce"]);
    }

    [Theory, MemberData(nameof(All))]
    public void Pod_is_probed_and_limited_and_keeps_its_identity(string way)
    {
        var agent = Ways[way]().Agent;
        Assert.Equal("/livez", agent.LivenessProbe.HttpGet.Path);
        Assert.Equal("/readyz", agent.ReadinessProbe.HttpGet.Path);
        var port = Assert.Single(agent.Ports);
        Assert.Equal([port.Name, port.Name], [agent.LivenessProbe.HttpGet.Port.Value, agent.ReadinessProbe.HttpGet.Port.Value]);
        Assert.Equal($"0.0.0.0:{port.ContainerPort}", agent.Env.Single(e => e.Name == "EDGEAGENT__HEALTH__LISTEN").Value);
        Assert.Contains(agent.Env.Single(e => e.Name == "EDGEAGENT__AGENT__ID").ValueFrom.FieldRef.FieldPath,
            new[] { "spec.nodeName", "metadata.name" });
        Assert.True(agent.Resources.Limits["memory"].ToDecimal() >= agent.Resources.Requests["memory"].ToDecimal());
        Assert.Contains("cpu", agent.Resources.Limits.Keys);
        // Untagged, or "latest", an image could not be rolled back.
        Assert.Contains(':', agent.Image);
        Assert.False(agent.Image.EndsWith(":latest", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(All))]
    public void What_is_mounted_is_there_and_what_outlives_the_pod_is_the_data(string way)
    {
        var rendered = Ways[way]();
        var volumes = rendered.Pod.Spec.Volumes.Select(v => v.Name)
            .Concat(rendered.All<V1StatefulSet>().SelectMany(s => s.Spec.VolumeClaimTemplates).Select(c => c.Metadata.Name)).Order();
        Assert.Equal(volumes, rendered.Agent.VolumeMounts.Select(m => m.Name).Order());
        var data = rendered.Agent.VolumeMounts.Single(m => m.MountPath == "/var/lib/edgeagent").Name;
        Assert.True(rendered.Pod.Spec.Volumes.All(v => v.Name != data || v.HostPath is not null), "the data would go with the pod");
        var map = rendered.Pod.Spec.Volumes.Select(
            v => v.ConfigMap?.Name ?? v.Projected?.Sources.Select(s => s.ConfigMap?.Name).OfType<string>().Single()).OfType<string>();
        Assert.Equal([rendered.One<V1ConfigMap>().Metadata.Name], map);
    }

    [Theory, MemberData(nameof(All))]
    public void Selectors_find_the_pod_and_names_fit_together(string way)
    {
        var rendered = Ways[way]();
        var labels = rendered.Pod.Metadata.Labels;
        IEnumerable<IDictionary<string, string>> selectors =
        [
            .. rendered.All<V1DaemonSet>().Select(d => d.Spec.Selector.MatchLabels),
                .. rendered.All<V1StatefulSet>().Select(s => s.Spec.Selector.MatchLabels),
            .. rendered.All<V1NetworkPolicy>().Select(n => n.Spec.PodSelector.MatchLabels),
            .. rendered.All<V1PodDisruptionBudget>().Select(p => p.Spec.Selector.MatchLabels),
            rendered.One<V1Service>().Spec.Selector,
        ];
        foreach (var selector in selectors)
        {
            Assert.NotEmpty(selector);
            Assert.Empty(selector.Except(labels));
        }
        Assert.Equal(rendered.One<V1ServiceAccount>().Metadata.Name, rendered.Pod.Spec.ServiceAccountName);
        foreach (var set in rendered.All<V1StatefulSet>())
            Assert.Equal(rendered.One<V1Service>().Metadata.Name, set.Spec.ServiceName);
    }

    [Theory, MemberData(nameof(All))]
    public void Network_policy_lets_out_names_and_mqtt_only(string way)
    {
        var policy = Ways[way]().One<V1NetworkPolicy>().Spec;
        Assert.Equal(["Ingress", "Egress"], policy.PolicyTypes);
        var ports = policy.Egress.SelectMany(e => e.Ports).Select(p => int.Parse(p.Port.Value, CultureInfo.InvariantCulture)).Distinct();
        Assert.Empty(ports.Except([53, 1883, 8883]));
        Assert.Single(Assert.Single(policy.Ingress).FromProperty);
    }

    [Theory, MemberData(nameof(All))]
    public void Agent_accepts_the_configuration(string way)
    {
        using var folder = new TempFolder();
        var file = folder.Write("edgeagent.toml", Ways[way]().Configuration);
        var published = Images.BuiltImages.Published(Images.BuiltImages.Native);
        ProgramRun.ToEnd("env", $"EDGEAGENT__DETECTORS__PUMP_HEALTH__MODEL={published}/models/pump-health", "EDGEAGENT__AGENT__ID=node-1",
            "EDGEAGENT__HEALTH__LISTEN=0.0.0.0:9464", $"{published}/edgeagent", "check", "--config", file);
    }

    [Theory, InlineData("base"), InlineData("overlays/gpio"), InlineData("overlays/sharded"),
        InlineData("overlays/waves/first"), InlineData("overlays/waves/rest")]
    public void What_is_kept_for_machines_without_kubectl_is_what_it_gives(string folder)
    {
        Assert.NotEmpty(Rendered.Kustomized(folder).Objects);
        var kept = File.ReadAllText(Rendered.Kept(folder));
        if (Rendered.HasKubectl)
            Assert.True(Rendered.Kustomize(folder) == kept, $"run: kubectl kustomize deploy/kubernetes/{folder} > {Rendered.Kept(folder)}");
    }

    [Fact]
    public void A_wave_takes_its_nodes_and_no_others()
    {
        var (first, rest) = (Ways["first wave"](), Ways["other waves"]());
        Assert.NotEqual(first.One<V1DaemonSet>().Metadata.Name, rest.One<V1DaemonSet>().Metadata.Name);
        Assert.Empty(first.All<V1Namespace>().Concat(rest.All<V1Namespace>()));
        V1NodeSelectorRequirement Term(Rendered wave) => Assert.Single(Assert.Single(
            wave.Pod.Spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms).MatchExpressions);
        Assert.Equal(("edgeagent/wave", "In", "first"), (Term(first).Key, Term(first).OperatorProperty, Term(first).Values.Single()));
        Assert.Equal(("edgeagent/wave", "NotIn", "first"), (Term(rest).Key, Term(rest).OperatorProperty, Term(rest).Values.Single()));
        foreach (var wave in new[] { first, rest })
            Assert.Equal("0", wave.One<V1DaemonSet>().Spec.UpdateStrategy.RollingUpdate.MaxSurge.Value);
    }

    [Fact]
    public void Alarm_lines_come_from_a_device_plugin_and_a_group()
    {
        var gpio = Ways["gpio"]();
        Assert.Contains("smarter-devices/gpiochip0", gpio.Agent.Resources.Limits.Keys);
        Assert.NotEmpty(gpio.Pod.Spec.SecurityContext.SupplementalGroups);
        var chart = Ways["chart, everything"]();
        Assert.Equal("1", chart.Agent.Resources.Limits["smarter-devices/gpiochip0"].ToString());
        Assert.Equal([986], chart.Pod.Spec.SecurityContext.SupplementalGroups);
        Assert.Equal("registry.example/edgeagent:1.2.3", chart.Agent.Image);
        Assert.Equal("10%", chart.One<V1DaemonSet>().Spec.UpdateStrategy.RollingUpdate.MaxUnavailable.Value);
    }

    [Fact]
    public void Chart_gives_the_pods_that_the_manifests_give()
    {
        foreach (var (manifests, chart) in new[] { ("base", "chart"), ("sharded", "chart, StatefulSet") })
        {
            var (theirs, ours) = (Ways[manifests]().Agent, Ways[chart]().Agent);
            Assert.Equal(Text(theirs.LivenessProbe), Text(ours.LivenessProbe));
            Assert.Equal(Text(theirs.ReadinessProbe), Text(ours.ReadinessProbe));
            Assert.Equal(Text(theirs.SecurityContext), Text(ours.SecurityContext));
            Assert.Equal(Text(theirs.Resources), Text(ours.Resources));
            Assert.Equal(Text(theirs.Env), Text(ours.Env));
            Assert.Equal(theirs.Image, ours.Image);
        }
    }

    [Fact]
    public void An_unknown_field_is_found() =>
        Assert.ThrowsAny<Exception>(
            () => Rendered.Chart("resources: {requests: {cpu: 1}, limits: {cpu: 1}}\ntolerations: [{key: a, operater: Exists}]"));

    private static string Text(object part) => k8s.KubernetesYaml.Serialize(part);
}
