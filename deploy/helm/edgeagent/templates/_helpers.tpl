{{- define "edgeagent.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 52 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 52 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "edgeagent.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "edgeagent.labels" -}}
{{ include "edgeagent.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- /* The pod of either kind. */ -}}
{{- define "edgeagent.pod" -}}
metadata:
  labels:
    {{- include "edgeagent.labels" . | nindent 4 }}
  annotations:
    # Another configuration rolls out like another version.
    checksum/configuration: {{ .Values.configuration | sha256sum }}
spec:
  serviceAccountName: {{ include "edgeagent.name" . }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: 30
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if eq .Values.kind "DaemonSet" }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- else }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "edgeagent.selector" . | nindent 10 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    {{- if .Values.gpio.resource }}
    supplementalGroups: [{{ .Values.gpio.group | int }}]
    {{- end }}
    seccompProfile:
      type: RuntimeDefault
  containers:
    - name: agent
      image: {{ printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) | quote }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      env:
        # Part of the MQTT client ids, so it must stay the same over restarts.
        - name: EDGEAGENT__AGENT__ID
          valueFrom:
            fieldRef:
              fieldPath: {{ if eq .Values.kind "DaemonSet" }}spec.nodeName{{ else }}metadata.name{{ end }}
        - name: EDGEAGENT__HEALTH__LISTEN
          value: 0.0.0.0:9464
      ports:
        - name: health
          containerPort: 9464
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities:
          drop: [ALL]
      livenessProbe:
        httpGet:
          path: /livez
          port: health
        periodSeconds: 20
        timeoutSeconds: 5
        failureThreshold: 3
      readinessProbe:
        httpGet:
          path: /readyz
          port: health
        periodSeconds: 10
        timeoutSeconds: 5
      resources:
        requests:
          {{- toYaml .Values.resources.requests | nindent 10 }}
        limits:
          {{- toYaml .Values.resources.limits | nindent 10 }}
          {{- with .Values.gpio.resource }}
          {{ . }}: "1"
          {{- end }}
      volumeMounts:
        - name: configuration
          mountPath: /etc/edgeagent
          readOnly: true
        {{- if .Values.secret }}
        - name: secrets
          mountPath: /etc/edgeagent-secrets
          readOnly: true
        {{- end }}
        - name: data
          mountPath: /var/lib/edgeagent
        - name: runtime
          mountPath: /run/edgeagent
  volumes:
    - name: configuration
      configMap:
        name: {{ include "edgeagent.name" . }}
    {{- with .Values.secret }}
    - name: secrets
      secret:
        secretName: {{ . }}
        defaultMode: 0440
    {{- end }}
    - name: runtime
      emptyDir:
        medium: Memory
        sizeLimit: {{ .Values.runtimeSize }}
    {{- if eq .Values.kind "DaemonSet" }}
    - name: data
      hostPath:
        path: {{ .Values.data.hostPath }}
        type: Directory
    {{- end }}
{{- end }}
